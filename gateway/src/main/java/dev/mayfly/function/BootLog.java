package dev.mayfly.function;

import dev.mayfly.vm.Streams;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The streams of a boot: no input; standard error is kept up to a limit, the rest counted. Used by one thread. */
final class BootLog implements Streams {
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final long limit;
  private long dropped;
  private long memoryRefused;

  /** @param limit bytes to keep */
  BootLog(long limit) {
    this.limit = limit;
  }

  @Override
  public int read(ByteBuffer into) {
    return END;
  }

  @Override
  public boolean atEnd() {
    return true;
  }

  /** Writing it is the ready point, so there is none in a boot. */
  @Override
  public boolean output(ByteBuffer bytes) {
    return true;
  }

  @Override
  public boolean error(ByteBuffer bytes) {
    int take = (int) Math.min(bytes.remaining(), Math.max(0, limit - kept.size()));
    byte[] start = new byte[take];
    bytes.get(start);
    kept.writeBytes(start);
    dropped += bytes.remaining();
    bytes.position(bytes.limit());
    return true;
  }

  @Override
  public void memoryRefused(int times) {
    memoryRefused += times;
  }

  /** Lines as a log can have them: without control characters; the last say what was dropped, and refused. */
  List<String> lines() {
    List<String> lines = new java.util.ArrayList<>(kept.toString(StandardCharsets.UTF_8).lines()
        .map(l -> l.replaceAll("\\p{Cntrl}", "\uFFFD")).toList());
    if (dropped > 0) {
      lines.add("(" + dropped + " bytes more, above limits.log)");
    }
    if (memoryRefused > 0) {
      lines.add("(it asked for more memory than its memory: allows, and was refused " + memoryRefused + (memoryRefused == 1 ? " time)" : " times)"));
    }
    return lines;
  }
}
