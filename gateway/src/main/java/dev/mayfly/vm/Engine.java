package dev.mayfly.vm;

import java.io.IOException;
import java.nio.file.Path;

/** Makes machines. Thread-safe. */
public interface Engine extends AutoCloseable {
  Isolation isolation();

  /**
   * What a snapshot depends on beside its image: engine, unikernel, kernel release, CPU features. Part of the snapshot's name on disk.
   */
  String fingerprint();

  /**
   * Boots an image to its ready point, on the calling thread.
   *
   * @param log standard error of the boot
   */
  Boot.Ready boot(Image image, Boot how, Streams log) throws Boot.Failure;

  /** Reads what {@link Snapshot#write} wrote. IOException: absent, cut, of another version, or not of this image. */
  Snapshot read(Path file, Image image) throws IOException;

  /**
   * A machine at the snapshot's ready point, which belongs to the calling thread from now on. From a shell made ahead where there is one.
   *
   * @throws CannotStart when the host refuses (memory, files, KVM); the message says what to do
   */
  Vm restore(Snapshot snapshot) throws CannotStart;

  /**
   * Does a piece of work that no request waits for (a shell for the calling thread, say), at most a few milliseconds of it.
   *
   * @return whether there is more
   */
  boolean idle();

  /** Shells that wait, and how often a restore found none; for metrics. */
  Shells shells();

  /** Requests that a machine takes beside its first in one entry, at most; see {@link Vm#start(HandOver, java.util.List, Streams, long)}. */
  default int followers() {
    return 0;
  }

  /** How often an image was read from its file, to be booted or restored; for metrics. However many machines are made of it, it is read once. */
  default long imageLoads() {
    return 0;
  }

  /** Counts of an engine's shells; zeros where an engine has none. */
  record Shells(int ready, long made, long missed) {}

  /** Closes everything; machines still open are closed too. Twice is fine. */
  @Override
  void close();

  /** No machine could be made. */
  final class CannotStart extends Exception {
    private static final long serialVersionUID = 1;

    public CannotStart(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
