package dev.mayfly.vm;

import java.io.IOException;
import java.nio.file.Path;

/** A function's machine at its ready point; immutable, shared by all restores of the engine that made it. */
public interface Snapshot extends AutoCloseable {
  /** The image it was made of. */
  Image image();

  /** Bytes that a restore copies. */
  long copiedBytes();

  /** Writes it whole to a file (mode 0600), atomically; only the engine that wrote it can read it. */
  void write(Path file) throws IOException;

  /** Frees its memory once its last machine is closed. */
  @Override
  void close();
}
