package dev.mayfly.kvm;

import dev.mayfly.vm.Engine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shells made ahead, up to a number, by a thread of their own. Any thread may take one. The newest goes first: its memory is the likeliest to be in the
 * processor's caches.
 *
 * <p>A shell moves once, from the thread that made it to the one that takes it. From Linux 6.13 on that is free; before, the first run waits for an RCU grace period.
 */
final class ShellPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShellPool.class);
  private static final long RETRY_NANOS = 1_000_000_000;
  /** A machine that is taken and not run soon wakes nobody. */
  private static final long LOOK_NANOS = 100_000_000;
  private static final long CLOSE_MILLIS = 30_000;
  /** While half of the shells are there, whoever took one is let run first: making one takes a processor for milliseconds. */
  private static final long SETTLE_MILLIS = 2;

  private final ShellMaker maker;
  private final Reaper reaper;
  private final int target;
  private final ArrayDeque<Shell> ready = new ArrayDeque<>(); // guarded by itself
  private final AtomicLong made = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private final Thread thread;
  private volatile boolean parked;
  private volatile boolean closed;

  ShellPool(ShellMaker maker, Reaper reaper, int target) {
    this.maker = maker;
    this.reaper = reaper;
    this.target = target;
    thread = Thread.ofPlatform().name("mayfly-shells").daemon().start(this::loop);
  }

  /** A shell made ahead, or one made on the spot. */
  Shell take() {
    Shell shell;
    int left;
    synchronized (ready) {
      if (closed) {
        throw new IllegalStateException("the engine is closed");
      }
      shell = ready.pollLast();
      left = ready.size();
    }
    if (left < target / 2) {
      LockSupport.unpark(thread);
    }
    if (shell != null) {
      return shell;
    }
    missed.incrementAndGet();
    made.incrementAndGet();
    return maker.make();
  }

  /** Has what was taken made anew. Apart from {@link #take}, since to wake a thread costs a request 10 to 50 us. */
  void refill() {
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  Engine.Shells counts() {
    synchronized (ready) {
      return new Engine.Shells(ready.size(), made.get(), missed.get());
    }
  }

  private void loop() {
    while (!closed) {
      if (ready() >= target) {
        parked = true;
        if (ready() >= target && !closed) {
          LockSupport.parkNanos(this, LOOK_NANOS);
        }
        parked = false;
        continue;
      }
      try {
        if (ready() >= target / 2 && ready() > 0) {
          Thread.sleep(SETTLE_MILLIS);
        }
        put(maker.make());
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("cannot make a shell; trying again in a second: {}", e.getMessage());
        LockSupport.parkNanos(this, RETRY_NANOS);
      }
    }
  }

  private int ready() {
    synchronized (ready) {
      return ready.size();
    }
  }

  private void put(Shell shell) {
    made.incrementAndGet();
    synchronized (ready) {
      if (!closed) {
        ready.add(shell);
        return;
      }
    }
    reaper.later(shell);
  }

  @Override
  public void close() {
    List<Shell> left;
    synchronized (ready) {
      closed = true;
      left = new ArrayList<>(ready);
      ready.clear();
    }
    left.forEach(reaper::later);
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
