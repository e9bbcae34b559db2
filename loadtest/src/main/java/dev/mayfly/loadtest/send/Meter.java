package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Second;
import dev.mayfly.loadtest.measure.Tally;
import dev.mayfly.loadtest.plan.Plan;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Collects once a second what the lanes have measured, and tells the listener. A thread of its own, from {@link #start} to {@link #close}; the
 * seconds may be read after that.
 */
final class Meter implements AutoCloseable {
  private static final long SECOND = 1_000_000_000;

  private final Plan plan;
  private final List<Lane> lanes;
  private final Listener listener;
  private final List<Second> seconds = new ArrayList<>();
  private final Tally[] sums;
  private final Thread thread;
  private volatile String phase = "";
  private volatile boolean counted;
  private volatile boolean over;
  private long lastMillis = System.currentTimeMillis();

  Meter(Plan plan, List<Lane> lanes, Listener listener) {
    this.plan = plan;
    this.lanes = lanes;
    this.listener = listener;
    this.sums = new Tally[plan.targets().size()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = new Tally();
    }
    this.thread = Thread.ofPlatform().name("meter").unstarted(this::run);
  }

  /** @param begin {@link System#nanoTime} of the run's begin */
  Meter start() {
    thread.start();
    return this;
  }

  void phase(String name, boolean countedPhase) {
    phase = name;
    counted = countedPhase;
  }

  private void run() {
    long begin = System.nanoTime();
    for (int index = 0; !over; index++) {
      long end = begin + (index + 1) * SECOND;
      String name = phase;
      boolean of = counted;
      for (long left = end - System.nanoTime(); left > 0 && !over; left = end - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      collect(index, name.isEmpty() ? phase : name, name.isEmpty() ? counted : of);
    }
  }

  private void collect(int index, String name, boolean of) {
    for (Tally sum : sums) {
      sum.clear();
    }
    List<Future<Tally[]>> asked = lanes.stream().map(lane -> lane.loop().submit(lane::turn)).toList();
    asked.forEach(this::add);
    long millis = System.currentTimeMillis();
    List<Listener.Interval> intervals = new ArrayList<>();
    for (int target = 0; target < sums.length; target++) {
      if (!sums[target].idle()) {
        Second second = sums[target].second(index, plan.targets().get(target).name(), name, of);
        seconds.add(second);
        intervals.add(new Listener.Interval(second, stamped(sums[target].service(), second, millis), stamped(sums[target].response(), second, millis)));
      }
    }
    lastMillis = millis;
    if (!intervals.isEmpty()) {
      listener.second(intervals);
    }
  }

  private org.HdrHistogram.Histogram stamped(org.HdrHistogram.Histogram histogram, Second second, long millis) {
    histogram.setTag(second.target());
    histogram.setStartTimeStamp(lastMillis);
    histogram.setEndTimeStamp(millis);
    return histogram;
  }

  /** Waits: a lane that does not come to it is overloaded, and its second is longer than others. */
  private void add(Future<Tally[]> asked) {
    try {
      Tally[] tallies = asked.get(10, TimeUnit.SECONDS);
      for (int target = 0; target < sums.length; target++) {
        sums[target].add(tallies[target]);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("a sender's thread does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  List<Second> seconds() {
    return seconds;
  }

  /** Collects the last, part of a second, and ends. */
  @Override
  public void close() {
    over = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
