package dev.mayfly.kvm;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Kicks shells whose run has lasted too long: one thread for an engine. A run costs two stores and a load, no system call, unless the thread is asleep for
 * longer than the run may last.
 *
 * <p>The thread scans the slots (one for each thread that runs machines), kicks who is overdue, and sleeps until the earliest end, at most 5 ms
 * while it has lately seen a run, else until woken.
 *
 * <p>A run is never missed. {@link Slot#arm} stores the end, then reads {@code wakeAt}; the thread stores {@code wakeAt}, then reads the ends; all volatile. So
 * either the scan sees the end, or {@code arm} sees when the thread will wake, and wakes it if that is too late.
 */
final class DeadlineTimer implements AutoCloseable {
  private static final long LINGER_NANOS = 5_000_000;
  private static final int LINGERS = 20;
  private static final long FOREVER = Long.MAX_VALUE;

  /** The run that one thread is in. Armed and disarmed by that thread alone. */
  final class Slot {
    private volatile Shell shell;
    private volatile long end = FOREVER;
    /** The end that was kicked at; the timer's thread alone. Names the run: a later one has a later end. */
    private long kickedAt = FOREVER;

    /** @param at when to kick, in nanoseconds since the timer's start */
    private void arm(Shell running, long at) {
      shell = running;
      end = at;
      if (at < wakeAt) {
        LockSupport.unpark(thread);
      }
    }

    /** @param nanoTime when to kick, as {@link System#nanoTime} will say */
    void armAt(Shell running, long nanoTime) {
      arm(running, Math.max(0, nanoTime - start));
    }

    void disarm() {
      end = FOREVER;
      shell = null;
    }
  }

  private final long start = System.nanoTime();
  private final List<Slot> slots = new CopyOnWriteArrayList<>();
  private final ThreadLocal<Slot> mine = ThreadLocal.withInitial(this::register);
  private final Consumer<Shell> kick;
  private final Thread thread;
  private volatile long wakeAt;
  private volatile boolean closed;

  DeadlineTimer(Consumer<Shell> kick) {
    this.kick = kick;
    thread = Thread.ofPlatform().name("mayfly-slices").daemon().start(this::loop);
  }

  private Slot register() {
    Slot slot = new Slot();
    slots.add(slot);
    return slot;
  }

  /** The calling thread's. */
  Slot slot() {
    return mine.get();
  }

  private void loop() {
    int lingers = 0;
    while (!closed) {
      long now = System.nanoTime() - start;
      wakeAt = lingers > 0 ? now + LINGER_NANOS : FOREVER;
      long next = scan(now);
      lingers = next < FOREVER ? LINGERS : lingers - 1;
      if (next < wakeAt) {
        wakeAt = next;
      }
      sleep(wakeAt - now);
    }
  }

  private void sleep(long nanos) {
    if (closed) {
      return;
    }
    if (wakeAt == FOREVER) {
      LockSupport.park(this);
    } else if (nanos > 0) {
      LockSupport.parkNanos(this, nanos);
    }
  }

  /** Kicks who is overdue, once a run; returns the earliest end of the others. */
  private long scan(long now) {
    long next = FOREVER;
    for (Slot slot : slots) {
      long end = slot.end;
      Shell shell = slot.shell;
      if (end <= now && shell != null && slot.kickedAt != end) {
        slot.kickedAt = end;
        kick.accept(shell); // if the thread has armed anew in between, this is early: that run sees that it is not over, and goes on
      } else if (end > now) {
        next = Math.min(next, end);
      }
    }
    return next;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
