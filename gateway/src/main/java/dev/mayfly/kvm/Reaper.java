package dev.mayfly.kvm;

import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back what is dear to give back (VMs, mappings) on a thread of its own: closing a VM takes milliseconds, and every unmapping asks all
 * VMs of the process. Any thread may hand work over.
 */
final class Reaper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
  private static final long CLOSE_MILLIS = 30_000;
  /** Who gave the garbage is let go on first: to close a VM takes a processor for milliseconds. */
  private static final long SETTLE_MILLIS = 1;
  /** So much of it waits at most. */
  private static final int BACKLOG = 32;

  private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>(); // bounded by the machines there are
  private final Thread thread = Thread.ofPlatform().name("mayfly-reaper").daemon().start(this::loop);
  private volatile boolean closed;

  void later(AutoCloseable garbage) {
    work.add(() -> close(garbage));
    if (closed && !thread.isAlive()) {
      drain();
    }
  }

  private void loop() {
    try {
      while (!closed || !work.isEmpty()) {
        Runnable next = work.take();
        if (!closed && work.size() < BACKLOG) {
          Thread.sleep(SETTLE_MILLIS);
        }
        next.run();
      }
    } catch (InterruptedException e) {
      drain();
    }
  }

  private void drain() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
    }
  }

  private static void close(AutoCloseable garbage) {
    try {
      garbage.close();
    } catch (Exception e) {
      LOG.error("could not give back {}", garbage.getClass().getSimpleName(), e);
    }
  }

  /** Does what is left, and ends the thread; later work is done by who brings it. */
  @Override
  public void close() {
    closed = true;
    work.add(() -> {});
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!thread.isAlive()) {
      drain();
    }
  }
}
