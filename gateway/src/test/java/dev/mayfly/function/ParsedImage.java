package dev.mayfly.function;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An image read back as {@code functions/abi/src/lib.rs} describes it, with numbers of its own: no constant is shared with what wrote it. */
final class ParsedImage {
  final int kind;
  final int flags;
  final long codeOffset;
  final byte[] code;
  final List<String> arguments;
  final List<String> environment;
  final List<String> variables;
  final long memoryLimit;
  /** A line for each preopened directory and each node under it. */
  final List<String> tree = new ArrayList<>();

  private final ByteBuffer block;

  ParsedImage(Path file) throws IOException {
    block = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    if (block.capacity() % 4096 != 0 || block.getLong(0) != 0x01_00_59_4c_46_59_41_4dL || block.getInt(8) < 1 || block.getInt(8) > 3) {
      throw new IOException("not an image in whole pages");
    }
    kind = block.getInt(8);
    flags = block.getInt(0x0c);
    codeOffset = block.getLong(0x10);
    code = bytes(codeOffset, block.getLong(0x18));
    ByteBuffer settings = part(0x20);
    arguments = list(settings);
    environment = list(settings);
    variables = kind == 1 ? List.of() : list(settings);
    ByteBuffer index = part(0x30);
    memoryLimit = block.getLong(0x40);
    for (int roots = index.getInt(); roots > 0; roots--) {
      String name = string(index);
      node(index, name + (index.getInt() == 1 ? " writable" : " read-only"), name);
    }
    if (settings.hasRemaining() || index.hasRemaining()) {
      throw new IOException("bytes left over");
    }
  }

  private void node(ByteBuffer index, String line, String path) {
    int type = index.getInt();
    String start = line + " @" + index.getLong();
    switch (type) {
      case 1 -> {
        int count = index.getInt();
        tree.add(start + " directory of " + count);
        for (int i = 0; i < count; i++) {
          String name = path + "/" + string(index);
          node(index, name, name);
        }
      }
      case 2 -> tree.add(start + " file: " + new String(bytes(index.getLong(), index.getLong()), StandardCharsets.UTF_8));
      case 3 -> tree.add(start + " link: " + string(index));
      default -> throw new AssertionError("a node of type " + type);
    }
  }

  private ByteBuffer part(int at) {
    return ByteBuffer.wrap(bytes(block.getLong(at), block.getLong(at + 8))).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] bytes(long offset, long length) {
    byte[] bytes = new byte[Math.toIntExact(length)];
    block.get(Math.toIntExact(offset), bytes);
    return bytes;
  }

  private static List<String> list(ByteBuffer from) {
    List<String> list = new ArrayList<>();
    for (int left = from.getInt(); left > 0; left--) {
      list.add(string(from));
    }
    return list;
  }

  private static String string(ByteBuffer from) {
    byte[] bytes = new byte[from.getInt()];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
