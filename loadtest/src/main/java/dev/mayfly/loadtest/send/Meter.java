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

  /** @param since {@link System#nanoTime} of its begin */
  private record Mark(String phase, boolean counted, long since) {}

  private final Plan plan;
  private final List<Lane> lanes;
  private final Listener listener;
  private final List<Second> seconds = new ArrayList<>();
  private final Tally[] sums;
  private final Thread thread;
  private volatile Mark current = new Mark("", false, System.nanoTime());
  private volatile Mark previous = current;
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

  Meter start() {
    thread.start();
    return this;
  }

  void phase(String name, boolean counted) {
    previous = current;
    current = new Mark(name, counted, System.nanoTime());
  }

  /** The phase that had more of the time: a second is of one phase only. */
  private Mark during(long from, long to) {
    Mark last = current;
    boolean more = last.since() - from <= to - last.since();
    return more || previous.phase().isEmpty() ? last : previous;
  }

  private void run() {
    long begin = System.nanoTime();
    for (int index = 0; !over; index++) {
      long from = begin + index * SECOND;
      long end = from + SECOND;
      for (long left = end - System.nanoTime(); left > 0 && !over; left = end - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      collect(index, during(from, System.nanoTime()));
    }
  }

  private void collect(int index, Mark during) {
    for (Tally sum : sums) {
      sum.clear();
    }
    List<Future<Tally[]>> asked = lanes.stream().map(lane -> lane.loop().submit(lane::turn)).toList();
    asked.forEach(this::add);
    long millis = System.currentTimeMillis();
    List<Listener.Interval> intervals = new ArrayList<>();
    for (int target = 0; target < sums.length; target++) {
      if (!sums[target].idle()) {
        Second second = sums[target].second(index, plan.targets().get(target).name(), during.phase(), during.counted());
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
