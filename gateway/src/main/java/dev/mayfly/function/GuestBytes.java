package dev.mayfly.function;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes numbers, strings and lists as the guest reads them ({@code abi::image}): little-endian, lengths before contents. Not thread-safe. */
final class GuestBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  GuestBytes u32(long value) {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out.write((int) (value >>> shift));
    }
    return this;
  }

  GuestBytes u64(long value) {
    return u32(value).u32(value >>> Integer.SIZE);
  }

  GuestBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  GuestBytes string(byte[] bytes) {
    return u32(bytes.length).raw(bytes);
  }

  GuestBytes string(String text) {
    return string(text.getBytes(StandardCharsets.UTF_8));
  }

  GuestBytes list(List<String> strings) {
    u32(strings.size());
    strings.forEach(this::string);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
