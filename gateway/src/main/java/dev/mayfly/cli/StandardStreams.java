package dev.mayfly.cli;

import dev.mayfly.vm.Streams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;

/**
 * The standard streams of this process as a program's own. Input is read ahead by a thread, from the first time that the program waits for it:
 * a program that reads nothing leaves everything to whoever shares the input. Output goes out as it comes. {@link Streams}' methods and
 * {@link #await} belong to the machine's thread, {@link #wake} to any.
 */
final class StandardStreams implements Streams {
  /** What is read ahead at most, in bytes: as much as a machine takes at once. */
  static final int AHEAD = 256 * 1024;

  private final InputStream in;
  private final OutputStream out;
  private final OutputStream error;
  private final IntPredicate terminal;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  /** A ring: {@code count} bytes from {@code first}; guarded by the lock, as all below. */
  private final byte[] ring = new byte[AHEAD];
  private int first;
  private int count;
  private boolean ended;
  private boolean reading;
  private boolean woken;
  private volatile boolean refused;
  private volatile String failure = "";

  /** @param terminal whether stream 0, 1 or 2 is one; asked often */
  StandardStreams(InputStream in, OutputStream out, OutputStream error, IntPredicate terminal) {
    this.in = in;
    this.out = out;
    this.error = error;
    this.terminal = terminal;
  }

  /** Whether this process's descriptor is a terminal, as its name in /proc says: the JDK tells only of input and output together. */
  static boolean isTerminal(int descriptor) {
    try {
      String name = Files.readSymbolicLink(Path.of("/proc/self/fd", String.valueOf(descriptor))).toString();
      return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public int read(ByteBuffer into) {
    lock.lock();
    try {
      int taken = 0;
      while (count > 0 && into.hasRemaining()) {
        int bytes = Math.min(Math.min(count, ring.length - first), into.remaining());
        into.put(ring, first, bytes);
        first = (first + bytes) % ring.length;
        count -= bytes;
        taken += bytes;
      }
      changed.signalAll();
      return taken == 0 && count == 0 && ended ? END : taken;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean atEnd() {
    lock.lock();
    try {
      return count == 0 && ended;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean output(ByteBuffer bytes) {
    return write(bytes, out);
  }

  @Override
  public boolean error(ByteBuffer bytes) {
    return write(bytes, error);
  }

  @Override
  public boolean interactive() {
    return true;
  }

  @Override
  public boolean terminal(int stream) {
    return terminal.test(stream);
  }

  private boolean write(ByteBuffer bytes, OutputStream to) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    try {
      to.write(copy);
      to.flush();
      return true;
    } catch (IOException e) {
      // Mostly a broken pipe: whoever read it has gone, which is nothing to tell.
      String reason = String.valueOf(e.getMessage());
      failure = reason.toLowerCase(Locale.ROOT).contains("pipe") ? "" : reason;
      refused = true;
      return false;
    }
  }

  /** Whether output could not be written. */
  boolean refused() {
    return refused;
  }

  /** Why it could not, if it was not that nobody reads it any more; else empty. */
  String failure() {
    return failure;
  }

  /**
   * Waits for a time, or for input or its end if that is wanted, or for {@link #wake}.
   *
   * @param nanos at most; {@code Long.MAX_VALUE} for no limit
   */
  void await(long nanos, boolean forInput) throws InterruptedException {
    lock.lock();
    try {
      if (forInput && !reading) {
        reading = true;
        Thread.ofPlatform().daemon().name("stdin").start(this::readAhead);
      }
      long left = nanos;
      while (left > 0 && !woken && !(forInput && (count > 0 || ended))) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waits, now and later. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void readAhead() {
    byte[] chunk = new byte[64 * 1024];
    try {
      for (int bytes = in.read(chunk); bytes >= 0; bytes = in.read(chunk)) {
        put(chunk, bytes);
      }
    } catch (IOException | InterruptedException e) {
      // Input that cannot be read has ended.
    }
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void put(byte[] chunk, int bytes) throws InterruptedException {
    lock.lock();
    try {
      while (ring.length - count < bytes) {
        changed.await();
      }
      for (int i = 0; i < bytes; ) {
        int at = (first + count) % ring.length;
        int part = Math.min(bytes - i, ring.length - at);
        System.arraycopy(chunk, i, ring, at, part);
        count += part;
        i += part;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
