package dev.mayfly.pool;

import dev.mayfly.vm.Streams;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

/**
 * A command's standard streams: its input is the request's whole body, its output is held up to a limit, its standard error is the log.
 * Used by the machine's thread; the pool reads the results after the run's end.
 */
final class CommandStreams implements Streams {
  private final Buffer body;
  private final long limit;
  private final Log log;
  private final Buffer output = Buffer.buffer(512);
  private int read;
  private boolean tooLarge;

  CommandStreams(Buffer body, long limit, Log log) {
    this.body = body;
    this.limit = limit;
    this.log = log;
  }

  @Override
  public void memoryRefused(int times) {
    log.memoryRefused(times);
  }

  @Override
  public int read(ByteBuffer into) {
    if (atEnd()) {
      return END;
    }
    int bytes = Math.min(into.remaining(), body.length() - read);
    into.put(body.getBytes(read, read + bytes));
    read += bytes;
    return bytes;
  }

  @Override
  public boolean atEnd() {
    return read == body.length();
  }

  @Override
  public boolean output(ByteBuffer bytes) {
    if (output.length() + (long) bytes.remaining() > limit) {
      tooLarge = true;
      return false;
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    output.appendBytes(copy);
    return true;
  }

  @Override
  public boolean error(ByteBuffer bytes) {
    log.add(bytes);
    return true;
  }

  Buffer output() {
    return output;
  }

  /** Whether the output went past its limit. */
  boolean tooLarge() {
    return tooLarge;
  }

  Log log() {
    return log;
  }
}
