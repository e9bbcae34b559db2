package dev.mayfly.trace;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * The lines of one file, each of bounded length, so that a file that is no trace costs no memory; {@code .gz} is unpacked. Line ends are LF or
 * CRLF; a byte order mark is not part of the first line. One thread at a time.
 */
final class Lines implements Closeable {
  /** Of characters: 1,440 counts of seven digits and four names of 64 are 12,000. */
  static final int LONGEST = 32 * 1024;
  private final Path path;
  private final BufferedReader reader;
  private final StringBuilder line = new StringBuilder();
  private long number;
  private boolean whole;

  Lines(Path path) {
    this.path = path;
    try {
      InputStream bytes = Files.newInputStream(path);
      try {
        InputStream plain = path.getFileName().toString().endsWith(".gz") ? new GZIPInputStream(bytes, 64 * 1024) : bytes;
        reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.ISO_8859_1), 64 * 1024);
      } catch (IOException | RuntimeException e) {
        bytes.close();
        throw e;
      }
    } catch (IOException e) {
      throw new TraceException("cannot read the trace " + path + ": " + e, e);
    }
  }

  /** The next line, or null at the end. Of one that is too long the first {@link #LONGEST} characters, and {@link #whole} is false. */
  String next() {
    line.setLength(0);
    whole = true;
    try {
      int c = reader.read();
      if (c < 0) {
        return null;
      }
      for (; c >= 0 && c != '\n'; c = reader.read()) {
        if (line.length() < LONGEST) {
          line.append((char) c);
        } else {
          whole = false;
        }
      }
    } catch (IOException e) {
      throw new TraceException("cannot read the trace " + path + " after line " + number + ": " + e, e);
    }
    number++;
    if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
      line.setLength(line.length() - 1);
    }
    return number == 1 && line.indexOf("\u00ef\u00bb\u00bf") == 0 ? line.substring(3) : line.toString();
  }

  boolean whole() {
    return whole;
  }

  /** Of the line that was read last, from 1. */
  long number() {
    return number;
  }

  /** Adds the line that was read last to the bad rows. */
  void bad(String problem, BadRows rows) {
    rows.add(new BadRow(path.getFileName().toString(), number, problem));
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new TraceException("cannot close the trace " + path + ": " + e, e);
    }
  }
}
