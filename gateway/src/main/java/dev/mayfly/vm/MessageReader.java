package dev.mayfly.vm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a record's content. It may come from a hostile guest, so every length is held against what is there before anything is made of it; the
 * bytes are a copy that the guest cannot reach. Not thread-safe. Every method throws {@link Message.Malformed}.
 */
public final class MessageReader {
  private final int kind;
  private final ByteBuffer bytes;

  /** @param kind for error messages */
  public MessageReader(int kind, ByteBuffer content) {
    this.kind = kind;
    bytes = content.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  public int u16() {
    need(2, "a number");
    return bytes.getShort() & 0xffff;
  }

  /** As it is: a length or a count beyond 2^31 comes out negative. */
  public int u32() {
    need(4, "a number");
    return bytes.getInt();
  }

  public long u64() {
    need(8, "a number");
    return bytes.getLong();
  }

  /** An octet in each character. */
  public String string() {
    byte[] content = new byte[length("a string", 1)];
    bytes.get(content);
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  /** Strings, an octet in each character. */
  public List<String> list() {
    int count = length("a list", 4);
    List<String> strings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      strings.add(string());
    }
    return strings;
  }

  /** What is left. */
  public ByteBuffer rest() {
    return bytes.slice();
  }

  /** The record ends here. */
  public void end() {
    if (bytes.hasRemaining()) {
      throw malformed("has " + bytes.remaining() + " bytes after its end");
    }
  }

  public Message.Malformed malformed(String what) {
    return new Message.Malformed("the guest left a record of kind " + kind + " that " + what);
  }

  private int length(String what, int smallest) {
    need(4, "the length of " + what);
    int length = bytes.getInt();
    if (length < 0 || length > bytes.remaining() / smallest) {
      throw malformed("holds " + what + " of length " + Integer.toUnsignedString(length) + " in its last " + bytes.remaining() + " bytes");
    }
    return length;
  }

  private void need(int count, String what) {
    if (bytes.remaining() < count) {
      throw malformed("ends within " + what);
    }
  }
}
