package dev.mayfly.pool;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a program wrote to its standard error during one request, up to {@code limits.log} bytes, and what is to be said beside it; what came after is counted. Lines can be taken while it
 * goes on. One thread at a time.
 */
final class Log {
  private final long limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);
  /** Bytes of the lines that were taken before. */
  private long taken;
  /** Of what is kept, the bytes up to the last line's end. */
  private int whole;
  private long lost;
  private long memoryRefused;

  Log(long limit) {
    this.limit = limit;
  }

  void add(ByteBuffer bytes) {
    int fits = (int) Math.min(bytes.remaining(), limit - taken - kept.size());
    byte[] copy = new byte[fits];
    bytes.get(copy);
    kept.writeBytes(copy);
    for (int i = fits - 1; i >= 0; i--) {
      if (copy[i] == '\n') {
        whole = kept.size() - fits + i + 1;
        break;
      }
    }
    lost += bytes.remaining();
  }

  void memoryRefused(int times) {
    memoryRefused += times;
  }

  /** How often it was refused memory. */
  long memoryRefused() {
    return memoryRefused;
  }

  /** Bytes beyond the limit. */
  long lost() {
    return lost;
  }

  /** Whether there are lines to take. */
  boolean hasLines() {
    return whole > 0;
  }

  /** The whole lines so far, which are not in it any more. */
  List<String> take() {
    byte[] all = kept.toByteArray();
    List<String> lines = new String(all, 0, whole, StandardCharsets.UTF_8).lines().map(Log::visible).toList();
    kept.reset();
    kept.write(all, whole, all.length - whole);
    taken += whole;
    whole = 0;
    return lines;
  }

  /** Bytes within it. */
  long kept() {
    return kept.size();
  }

  boolean isEmpty() {
    return kept.size() == 0 && lost == 0 && memoryRefused == 0;
  }

  /** Its lines. Control characters are written out, so that no program forges a line of the log or moves the terminal's cursor. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    kept.toString(StandardCharsets.UTF_8).lines().map(Log::visible).forEach(lines::add);
    if (lost > 0) {
      lines.add("[" + lost + " more bytes of its log were dropped: limits.log is " + limit + "]");
    }
    if (memoryRefused > 0) {
      lines.add("[it asked for more memory than its memory: allows, and was refused " + memoryRefused + (memoryRefused == 1 ? " time]" : " times]"));
    }
    return lines;
  }

  private static String visible(String line) {
    StringBuilder out = new StringBuilder(line.length());
    line.codePoints().forEach(c -> {
      if (c == '\t' || !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT && c != 0x2028 && c != 0x2029) {
        out.appendCodePoint(c);
      } else {
        out.append(String.format("\\u%04x", c));
      }
    });
    return out.toString();
  }
}
