package dev.mayfly.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.vm.Exchange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnikernelImageTest {
  private static final int HEADER = 64 + 2 * 56;

  @Test
  void theHeaderAndTheDataAreTakenOutOfTheFile() throws Exception {
    UnikernelImage image = new UnikernelImage(ByteGuest.elf(), Exchange.ABI_VERSION);
    assertThat(image.header().windowsTable()).isEqualTo(ByteGuest.WINDOWS_TABLE);
    assertThat(image.header().dataEnd()).isEqualTo(ByteGuest.DATA_END);
    assertThat(image.data()).hasSize((int) (ByteGuest.DATA_END - MachineMap.DATA));
    assertThat(ByteBuffer.wrap(image.data()).order(ByteOrder.LITTLE_ENDIAN).getLong(0x100)).isEqualTo(ByteGuest.INITIAL);
    assertThat(image.sha256()).hasSize(64);
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("no ELF file", "not a 64-bit ELF", b -> b.put(0, (byte) 0)),
        damage("32 bits", "not a 64-bit ELF", b -> b.put(4, (byte) 1)),
        damage("another processor", "not a 64-bit ELF", b -> b.putShort(18, (short) 183)),
        damage("no header's magic", "no machine header", b -> b.put(HEADER, (byte) 'm')),
        damage("another version", "version 99", b -> b.putLong(HEADER + 8, 99)),
        damage("a boot outside the code", "boot", b -> b.putLong(HEADER + 0x10, MachineMap.OWN)),
        damage("page tables outside", "page_tables", b -> b.putLong(HEADER + 0x28, MachineMap.OWN - 8)),
        damage("page tables askew", "aligned", b -> b.putLong(HEADER + 0x28, 0x20_1008)),
        damage("windows' tables in the exchange area", "windows_table", b -> b.putLong(HEADER + 0x50, MachineMap.EXCHANGE - 0x7000)),
        damage("data beyond their place", "data_end", b -> b.putLong(HEADER + 0x58, MachineMap.EXCHANGE + 1)),
        damage("a segment elsewhere", "a segment", b -> b.putLong(64 + 16, 0x10_0000)),
        damage("a segment too long", "a segment", b -> b.putLong(64 + 40, 7 << 20)),
        damage("a segment longer in the file", "a segment", b -> b.putLong(64 + 40, 16)),
        damage("a segment of negative length", "a segment", b -> b.putLong(64 + 32, -1)),
        damage("a table of segments that is not there", "cut or damaged", b -> b.putLong(32, Long.MAX_VALUE)));
  }

  private static Arguments damage(String what, String message, Consumer<ByteBuffer> change) {
    return Arguments.of(what, message, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void aDamagedFileIsRefusedByName(String what, String message, Consumer<ByteBuffer> change) {
    byte[] elf = ByteGuest.elf();
    change.accept(ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN));
    assertThatThrownBy(() -> new UnikernelImage(elf, Exchange.ABI_VERSION)).isInstanceOf(UnikernelImage.Invalid.class).hasMessageStartingWith("the unikernel: ")
        .hasMessageContaining(message);
  }

  @Test
  void aCutFileIsRefusedWhereverItIsCut() {
    byte[] elf = ByteGuest.elf();
    for (int length = 0; length < elf.length; length += 997) {
      byte[] cut = Arrays.copyOf(elf, length);
      assertThatThrownBy(() -> new UnikernelImage(cut, Exchange.ABI_VERSION)).isInstanceOf(UnikernelImage.Invalid.class);
    }
  }
}
