package dev.mayfly.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MessageTest {
  private static ByteBuffer content(MessageWriter writer) {
    byte[] record = writer.record();
    return ByteBuffer.wrap(record, Message.HEADER, record.length - Message.HEADER);
  }

  @Test
  void kindsAreThoseOfTheGuest() throws IOException, IllegalAccessException {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("functions/abi/src/lib.rs"))) {
      folder = folder.getParent();
    }
    String abi = Files.readString(folder.resolve("functions/abi/src/lib.rs"));
    String module = abi.substring(abi.indexOf("pub mod message {"));
    Map<String, Integer> guest = new HashMap<>();
    Matcher constant = Pattern.compile("pub const ([A-Z_]+): u32 = (\\d+);").matcher(module.substring(0, module.indexOf("\n}")));
    while (constant.find()) {
      guest.put(constant.group(1), Integer.parseInt(constant.group(2)));
    }
    Map<String, Integer> host = new HashMap<>();
    for (Field field : Message.class.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class && !field.getName().equals("HEADER")) {
        host.put(field.getName(), field.getInt(null));
      }
    }
    assertThat(host).isEqualTo(guest);
  }

  @Test
  void whatIsWrittenIsRead() {
    MessageReader in = new MessageReader(3, content(new MessageWriter(3).u16(404).u32(-2).string("a\u00ff").list(List.of("b", "", "c"))));
    assertThat(in.u16()).isEqualTo(404);
    assertThat(in.u32()).isEqualTo(-2);
    assertThat(in.string()).isEqualTo("a\u00ff");
    assertThat(in.list()).containsExactly("b", "", "c");
    in.end();
  }

  @Test
  void aRecordSaysItsKindAndItsLength() {
    assertThat(new MessageWriter(64).raw(new byte[] {9, 8, 7}).record()).containsExactly(64, 0, 0, 0, 3, 0, 0, 0, 9, 8, 7);
  }

  @Test
  void lengthsBeyondTheRecordAreMalformed() {
    malformed("a string of length 5", new MessageWriter(3).u32(5).raw(new byte[4]), MessageReader::string);
    malformed("a string of length 4294967295", new MessageWriter(3).u32(-1), MessageReader::string);
    malformed("a list of length 1073741824", new MessageWriter(3).u32(1 << 30).raw(new byte[64]), MessageReader::list);
    malformed("a list of length 2147483648", new MessageWriter(3).u32(1 << 31), MessageReader::list);
    malformed("a string of length 9", new MessageWriter(3).u32(1).u32(9), MessageReader::list);
    malformed("ends within a number", new MessageWriter(3).raw(new byte[1]), MessageReader::u16);
    malformed("ends within a number", new MessageWriter(3).raw(new byte[7]), MessageReader::u64);
    malformed("ends within the length of a list", new MessageWriter(3).raw(new byte[3]), MessageReader::list);
    malformed("has 1 bytes after its end", new MessageWriter(3).raw(new byte[1]), MessageReader::end);
  }

  private static void malformed(String what, MessageWriter record, Consumer<MessageReader> read) {
    assertThatThrownBy(() -> read.accept(new MessageReader(3, content(record)))).isInstanceOf(Message.Malformed.class)
        .hasMessageStartingWith("the guest left a record of kind 3 that ").hasMessageContaining(what);
  }
}
