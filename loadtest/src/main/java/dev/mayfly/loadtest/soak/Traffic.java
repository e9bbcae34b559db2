package dev.mayfly.loadtest.soak;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Sends kinds of requests at a rate, at random by their weights, until it is closed; counts what comes. A thread of its own paces, a virtual one sends each. */
final class Traffic implements AutoCloseable {
  /** Requests under way; beyond, those that are due are left out and counted. */
  private static final int ABREAST = 500;
  private static final int EXAMPLES = 20;

  private final List<Kind> lots = new ArrayList<>();
  private final Random random = new Random(1);
  private final long intervalNanos;
  private final Semaphore abreast = new Semaphore(ABREAST);
  private final Map<String, Map<Integer, LongAdder>> counts = new ConcurrentHashMap<>();
  private final List<String> wrong = new ArrayList<>(); // guarded by itself
  private final LongAdder wrongs = new LongAdder();
  private final LongAdder leftOut = new LongAdder();
  private final Thread pacer;
  private volatile boolean closed;

  /** @param perSecond requests */
  Traffic(List<Kind> kinds, double perSecond) {
    kinds.forEach(kind -> {
      for (int i = 0; i < kind.weight(); i++) {
        lots.add(kind);
      }
    });
    intervalNanos = Math.round(1e9 / perSecond);
    pacer = Thread.ofPlatform().name("soak-pacer").daemon().start(this::pace);
  }

  private void pace() {
    for (long due = System.nanoTime(); !closed; due += intervalNanos) {
      for (long wait = due - System.nanoTime(); wait > 0 && !closed; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      send(lots.get(random.nextInt(lots.size())));
    }
  }

  /** One more, beside the rate. Any thread. */
  void send(Kind kind) {
    if (!abreast.tryAcquire()) {
      leftOut.increment();
      return;
    }
    Thread.ofVirtual().start(() -> {
      try {
        count(kind, kind.action().send());
      } catch (IOException | RuntimeException e) {
        fault(kind.name() + ": " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        abreast.release();
      }
    });
  }

  private void count(Kind kind, int status) {
    counts.computeIfAbsent(kind.name(), k -> new ConcurrentHashMap<>()).computeIfAbsent(status, s -> new LongAdder()).increment();
    if (!kind.expected().contains(status)) {
      fault(kind.name() + ": " + status + ", not " + kind.expected());
    }
  }

  private void fault(String what) {
    wrongs.increment();
    synchronized (wrong) {
      if (wrong.size() < EXAMPLES) {
        wrong.add(what);
      }
    }
  }

  /** Answers by kind and status. */
  Map<String, Map<Integer, LongAdder>> counts() {
    return new TreeMap<>(counts);
  }

  /** Answers that should not have come, or did not come. */
  long wrongs() {
    return wrongs.sum();
  }

  /** The first of them. */
  List<String> examples() {
    synchronized (wrong) {
      return List.copyOf(wrong);
    }
  }

  long leftOut() {
    return leftOut.sum();
  }

  /** Sends nothing more, and waits for what is under way. */
  @Override
  public void close() throws InterruptedException {
    closed = true;
    LockSupport.unpark(pacer);
    pacer.join();
    abreast.acquire(ABREAST);
    abreast.release(ABREAST);
  }
}
