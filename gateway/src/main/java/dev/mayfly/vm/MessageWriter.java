package dev.mayfly.vm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes a record for the guest. Not thread-safe; used once. */
public final class MessageWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

  public MessageWriter(int kind) {
    u32(kind);
    u32(0);
  }

  public MessageWriter u16(int value) {
    out.write(value);
    out.write(value >>> 8);
    return this;
  }

  public MessageWriter u32(int value) {
    return u16(value).u16(value >>> 16);
  }

  public MessageWriter raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** @param text an octet in each character */
  public MessageWriter string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return u32(bytes.length).raw(bytes);
  }

  public MessageWriter list(List<String> strings) {
    u32(strings.size());
    strings.forEach(this::string);
    return this;
  }

  /** The whole record, its header included. */
  public byte[] record() {
    byte[] record = out.toByteArray();
    int length = record.length - Message.HEADER;
    for (int i = 0; i < 4; i++) {
      record[4 + i] = (byte) (length >>> 8 * i);
    }
    return record;
  }
}
