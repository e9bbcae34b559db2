package dev.mayfly.function;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What stands beside a file of the cache: its length, its checksum, and what is to be known about it. A line of JSON, then that line's own
 * checksum. CRC-32C tells damage from health at memory speed even in a Java that has just started, which SHA-256 does not; against someone
 * who writes here on purpose only the folder's mode helps.
 */
record EntryRecord(long bytes, String checksum, JsonObject about) {
  private static final int VERSION = 1;
  private static final int BUFFER = 1 << 18;

  /** Describes a file as it is now. */
  static EntryRecord of(Path file, JsonObject about) throws IOException {
    return new EntryRecord(Files.size(file), checksum(file), about);
  }

  boolean describes(Path file) throws IOException {
    return Files.size(file) == bytes && checksum(file).equals(checksum);
  }

  byte[] encoded() {
    String line = new JsonObject().put("version", VERSION).put("bytes", bytes).put("crc32c", checksum).put("about", about).encode();
    return (line + "\n" + checksum(line) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Empty: damaged, or another version's. */
  static Optional<EntryRecord> decode(byte[] encoded) {
    String[] lines = new String(encoded, StandardCharsets.UTF_8).split("\n", -1);
    if (lines.length != 3 || !checksum(lines[0]).equals(lines[1])) {
      return Optional.empty();
    }
    JsonObject record = new JsonObject(lines[0]);
    return record.getInteger("version") != VERSION
        ? Optional.empty()
        : Optional.of(new EntryRecord(record.getLong("bytes"), record.getString("crc32c"), record.getJsonObject("about")));
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static String checksum(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        crc.update(buffer, 0, n);
      }
    }
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
