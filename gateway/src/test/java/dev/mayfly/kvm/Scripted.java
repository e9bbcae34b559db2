package dev.mayfly.kvm;

import dev.mayfly.vm.Streams;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Streams of a test: standard input is a program for the byte guest, output is kept. */
final class Scripted implements Streams {
  final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteBuffer input;
  private final int outputLimit;

  Scripted(Program program) {
    this(program, Integer.MAX_VALUE);
  }

  Scripted(Program program, int outputLimit) {
    input = ByteBuffer.wrap(program.bytes());
    this.outputLimit = outputLimit;
  }

  @Override
  public int read(ByteBuffer into) {
    if (!input.hasRemaining()) {
      return END;
    }
    int bytes = Math.min(into.remaining(), input.remaining());
    into.put(input.slice(input.position(), bytes));
    input.position(input.position() + bytes);
    return bytes;
  }

  @Override
  public boolean atEnd() {
    return !input.hasRemaining();
  }

  @Override
  public boolean output(ByteBuffer bytes) {
    byte[] got = new byte[bytes.remaining()];
    bytes.get(got);
    output.writeBytes(got);
    return output.size() <= outputLimit;
  }

  @Override
  public boolean error(ByteBuffer bytes) {
    return true;
  }
}
