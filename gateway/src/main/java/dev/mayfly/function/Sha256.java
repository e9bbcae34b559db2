package dev.mayfly.function;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 under way: of raw bytes, or of fields, whose lengths are hashed with them so that no two lists of fields read alike. Not thread-safe. */
final class Sha256 {
  private final MessageDigest digest;

  Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  static String of(byte[] bytes) {
    return new Sha256().raw(bytes, 0, bytes.length).hex();
  }

  Sha256 raw(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
    return this;
  }

  Sha256 field(byte[] bytes) {
    number(bytes.length);
    return raw(bytes, 0, bytes.length);
  }

  Sha256 field(String text) {
    return field(text.getBytes(StandardCharsets.UTF_8));
  }

  Sha256 number(long value) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(value).flip());
    return this;
  }

  /** Ends it: 64 lower-case hexadecimal digits. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
