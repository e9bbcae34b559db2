package dev.mayfly.vm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A function's machine at its ready point; immutable, shared by all restores of the engine that made it. */
public interface Snapshot extends AutoCloseable {
  /** The image it was made of. */
  Image image();

  /** Bytes that a restore copies. */
  long copiedBytes();

  /** Writes it whole to a file (mode 0600), atomically; only the engine that wrote it can read it. */
  void write(Path file) throws IOException;

  /**
   * Has what its machines' requests write learned, where the engine can tell.
   *
   * @param known what {@code keep} was given once for the same snapshot; null: nothing
   * @param keep is given what was learned, once, on a thread that may block
   */
  default void learn(byte[] known, Consumer<byte[]> keep) {}

  /** What was learned so far; empty: nothing, or the engine cannot tell. From any thread. */
  default Optional<WorkingSet> workingSet() {
    return Optional.empty();
  }

  /** Frees its memory once its last machine is closed. */
  @Override
  void close();
}
