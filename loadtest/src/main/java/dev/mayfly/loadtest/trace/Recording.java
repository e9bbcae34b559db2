package dev.mayfly.loadtest.trace;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Arrivals in a temporary file, some four bytes each: a trace may have more than memory should hold, and parsing it must not fall into the
 * sender's time. Each arrival is the time since the one before, in nanoseconds, and its function's number, both in groups of seven bits, lowest first,
 * the eighth bit set in all but the last. Written by one thread once, then read by any number, each with a {@link Cursor} of its own.
 */
final class Recording implements AutoCloseable {
  private final Path file;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment bytes;

  private Recording(Path file) throws IOException {
    this.file = file;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      bytes = channel.size() == 0 ? MemorySegment.NULL : channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  /** Takes arrivals in order of time; {@link #finish} once, or {@link #close} to give up. */
  static final class Writer implements AutoCloseable {
    private final Path file;
    private final OutputStream out;
    private long lastNanos;

    Writer() throws IOException {
      file = Files.createTempFile("mayfly-trace", ".bin");
      out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    }

    void add(long atNanos, int function) throws IOException {
      write(atNanos - lastNanos);
      write(function);
      lastNanos = atNanos;
    }

    private void write(long value) throws IOException {
      for (; value > 0x7f; value >>>= 7) {
        out.write((int) value & 0x7f | 0x80);
      }
      out.write((int) value);
    }

    Recording finish() throws IOException {
      out.close();
      return new Recording(file);
    }

    /** What was written so far is deleted. */
    @Override
    public void close() throws IOException {
      out.close();
      Files.deleteIfExists(file);
    }
  }

  /** Walks over all arrivals. One thread. */
  final class Cursor {
    private long at;
    private long nanos;
    private int function;

    boolean next() {
      if (at >= bytes.byteSize()) {
        return false;
      }
      nanos += read();
      function = (int) read();
      return true;
    }

    private long read() {
      long value = 0;
      for (int shift = 0;; shift += 7) {
        byte group = bytes.get(ValueLayout.JAVA_BYTE, at++);
        value |= (group & 0x7fL) << shift;
        if (group >= 0) {
          return value;
        }
      }
    }

    long nanos() {
      return nanos;
    }

    int function() {
      return function;
    }
  }

  Cursor cursor() {
    return new Cursor();
  }

  /** Once no cursor is in use any more. May be called twice. */
  @Override
  public void close() throws IOException {
    if (arena.scope().isAlive()) {
      arena.close();
    }
    Files.deleteIfExists(file);
  }
}
