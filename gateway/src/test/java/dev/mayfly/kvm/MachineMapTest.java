package dev.mayfly.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.vm.Exchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pins the host's numbers to the guest's ({@code functions/abi}): they are changed there and here together, with the version. */
class MachineMapTest {
  static Stream<Arguments> constants() {
    return Stream.of(
        Arguments.of("SHARED", MachineMap.SHARED),
        Arguments.of("OWN", MachineMap.OWN),
        Arguments.of("TABLES", MachineMap.TABLES),
        Arguments.of("TABLES_END", MachineMap.TABLES_END),
        Arguments.of("STACK_BOTTOM", MachineMap.STACK_BOTTOM),
        Arguments.of("STACK_TOP", MachineMap.STACK_TOP),
        Arguments.of("WARM", MachineMap.WARM),
        Arguments.of("DATA", MachineMap.DATA),
        Arguments.of("HEAP", MachineMap.HEAP),
        Arguments.of("EXCHANGE", MachineMap.EXCHANGE),
        Arguments.of("FRAMES", MachineMap.FRAMES),
        Arguments.of("OWN_END", MachineMap.OWN_END),
        Arguments.of("IMAGE", MachineMap.IMAGE),
        Arguments.of("IMAGE_MAX", MachineMap.IMAGE_MAX),
        Arguments.of("FUNCTION_FRAMES", MachineMap.FUNCTION_FRAMES),
        Arguments.of("FUNCTION_FRAMES_MAX", MachineMap.FUNCTION_FRAMES_MAX),
        Arguments.of("WINDOWS", MachineMap.WINDOWS),
        Arguments.of("PORT", (long) MachineMap.PORT),
        Arguments.of("FOLLOWERS", (long) Exchange.FOLLOWERS),
        Arguments.of("ABI_VERSION", (long) Exchange.ABI_VERSION));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("constants")
  void theHostHasTheGuestsNumber(String name, long value) throws IOException {
    assertThat(value).isEqualTo(number(name));
  }

  @Test
  void theExchangeAreaFitsBeforeTheFrames() {
    assertThat(MachineMap.EXCHANGE + Exchange.SIZE).isLessThanOrEqualTo(MachineMap.FRAMES);
  }

  /** {@code pub const NAME: type = 0x12_34;} or {@code a << b}. */
  private static long number(String name) throws IOException {
    Matcher m = Pattern.compile("pub const " + name + ": (?:u\\d+|usize) = ([0-9a-fx_]+)( << (\\d+))?;").matcher(Files.readString(abi()));
    assertThat(m.find()).as("a constant %s in functions/abi", name).isTrue();
    long value = Long.decode(m.group(1).replace("_", ""));
    return m.group(3) == null ? value : value << Integer.parseInt(m.group(3));
  }

  /** Tests run in the module's folder, or above or below it. */
  private static Path abi() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("functions/abi/src/lib.rs"))) {
      folder = folder.getParent();
    }
    return folder.resolve("functions/abi/src/lib.rs");
  }
}
