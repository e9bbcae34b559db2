package dev.mayfly.sizing.replay;

/**
 * One function's machines under one policy. A request takes the machine used last of those that are idle, or a new one, which is a cold start; so nobody
 * waits, and policies differ in cold starts and in the time that machines are held. Making a machine takes no time. Not thread-safe.
 */
final class Simulation {
  private final Policy policy;
  /** Of runs; a heap. */
  private final Times ends = new Times();
  /** Since when; oldest first. */
  private final Times idle = new Times();
  private Policy.Want want = new Policy.Want(0, Integer.MAX_VALUE, Double.POSITIVE_INFINITY, 0);
  private double askAt;
  private double now;
  private double idleSince = Double.NEGATIVE_INFINITY;
  private double busySeconds;
  private double machineSeconds;
  private long arrivals;
  private long cold;
  private long seenArrivals;
  private long seenCold;
  private double seenBusySeconds;
  private int peak;

  Simulation(Policy policy, double begin) {
    this.policy = policy;
    now = begin;
    askAt = begin;
  }

  void arrive(double at, double seconds) {
    advance(at);
    boolean wasIdle = ends.isEmpty();
    double ask = policy.arrived(at, wasIdle, at - idleSince);
    arrivals++;
    if (idle.isEmpty()) {
      cold++;
    } else {
      idle.removeLast();
    }
    ends.push(at + seconds);
    peak = Math.max(peak, ends.size());
    askAt = Math.min(askAt, ask);
  }

  /** Up to this time, what happens at it included. */
  void advance(double to) {
    while (true) {
      double end = ends.isEmpty() ? Double.POSITIVE_INFINITY : ends.peek();
      double expiry = !idle.isEmpty() && idle.size() + ends.size() > want.least() ? idle.peek() + want.idleSeconds() : Double.POSITIVE_INFINITY;
      double next = Math.min(end, Math.min(expiry, askAt));
      if (next > to) {
        break;
      }
      pass(Math.max(now, next));
      if (end <= next) {
        ended();
      } else if (askAt <= next) {
        ask();
      } else {
        idle.removeFirst();
      }
    }
    pass(to);
  }

  private void pass(double to) {
    busySeconds += ends.size() * (to - now);
    machineSeconds += (ends.size() + idle.size()) * (to - now);
    now = to;
  }

  private void ended() {
    ends.pop();
    if (ends.size() + idle.size() < want.most()) {
      idle.add(now);
    }
    if (ends.isEmpty()) {
      idleSince = now;
      askAt = Math.min(askAt, policy.idle(now));
    }
  }

  private void ask() {
    Policy.Seen seen = new Policy.Seen(arrivals - seenArrivals, cold - seenCold, busySeconds - seenBusySeconds, ends.size(), ends.size() + idle.size(), peak);
    peak = ends.size();
    seenArrivals = arrivals;
    seenCold = cold;
    seenBusySeconds = busySeconds;
    want = policy.at(now, seen);
    askAt = want.askAt();
    if (askAt <= now) {
      throw new IllegalStateException(policy + " wants to be asked at " + askAt + " again, and it is " + now);
    }
    while (ends.size() + idle.size() < want.least()) {
      idle.add(now);
    }
    while (ends.size() + idle.size() > want.most() && !idle.isEmpty()) {
      idle.removeFirst();
    }
  }

  long arrivals() {
    return arrivals;
  }

  long cold() {
    return cold;
  }

  /** Busy or idle. */
  double machineSeconds() {
    return machineSeconds;
  }

  double busySeconds() {
    return busySeconds;
  }
}
