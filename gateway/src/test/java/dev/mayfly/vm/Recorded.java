package dev.mayfly.vm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Streams that a test fills and looks into. */
final class Recorded implements Streams {
  final ByteArrayOutputStream out = new ByteArrayOutputStream();
  final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ByteArrayOutputStream input = new ByteArrayOutputStream();
  private boolean ends = true;
  boolean paused;
  int memoryRefused;
  private int read;
  /** Bytes of output taken before it is refused. */
  private long limit = Long.MAX_VALUE;

  static Recorded input(byte[] bytes) {
    Recorded streams = new Recorded();
    streams.input.writeBytes(bytes);
    return streams;
  }

  static Recorded input(String text) {
    return input(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Input that comes later. */
  static Recorded open() {
    Recorded streams = new Recorded();
    streams.ends = false;
    return streams;
  }

  Recorded refusing(long after) {
    limit = after;
    return this;
  }

  void more(String text) {
    input.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  void end() {
    ends = true;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void memoryRefused(int times) {
    memoryRefused += times;
  }

  @Override
  public int read(ByteBuffer into) {
    if (atEnd()) {
      return END;
    }
    int bytes = Math.min(into.remaining(), input.size() - read);
    into.put(input.toByteArray(), read, bytes);
    read += bytes;
    return bytes;
  }

  @Override
  public boolean atEnd() {
    return ends && read == input.size();
  }

  @Override
  public boolean output(ByteBuffer bytes) {
    return take(out, bytes) && out.size() <= limit;
  }

  @Override
  public boolean error(ByteBuffer bytes) {
    return take(err, bytes);
  }

  @Override
  public boolean paused() {
    return paused;
  }

  private static boolean take(ByteArrayOutputStream to, ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    to.writeBytes(copy);
    return true;
  }
}
