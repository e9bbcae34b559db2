package dev.mayfly.loadtest.measure;

import org.HdrHistogram.Histogram;

/** What one thread has measured of one target since the tally was last cleared. One thread at a time; handed from the sender's to the meter's. */
public final class Tally {
  private final Histogram service = new Histogram(3);
  private final Histogram response = new Histogram(3);
  private final Histogram lag = new Histogram(3);
  private long sent;
  private long failed;
  private long cold;
  private long warm;
  private long unsent;
  private long late;
  private long inFlight;
  private long connections;

  public void lag(long nanos) {
    lag.recordValue(Math.max(0, nanos));
  }

  public void sent() {
    sent++;
  }

  public void unsent(long count) {
    unsent += count;
  }

  public void failed() {
    failed++;
  }

  public void good(Sample sample) {
    service.recordValue(sample.service());
    response.recordValue(sample.response());
    cold += sample.start() == Start.COLD ? 1 : 0;
    warm += sample.start() == Start.WARM ? 1 : 0;
    late += sample.late() ? 1 : 0;
  }

  /** How things stand when the tally is handed over. */
  public void state(long requestsInFlight, long openConnections) {
    inFlight = requestsInFlight;
    connections = openConnections;
  }

  public void add(Tally other) {
    service.add(other.service);
    response.add(other.response);
    lag.add(other.lag);
    sent += other.sent;
    failed += other.failed;
    cold += other.cold;
    warm += other.warm;
    unsent += other.unsent;
    late += other.late;
    inFlight += other.inFlight;
    connections += other.connections;
  }

  public void clear() {
    service.reset();
    response.reset();
    lag.reset();
    sent = failed = cold = warm = unsent = late = inFlight = connections = 0;
  }

  /** Whether nothing was sent, answered or given up, and nothing is under way. */
  public boolean idle() {
    return sent + failed + unsent + inFlight + service.getTotalCount() + lag.getTotalCount() == 0;
  }

  /** The second that this was. */
  public Second second(int index, String target, String phase, boolean counted) {
    return new Second(index, target, phase, counted, sent, service.getTotalCount(), failed, cold, warm, unsent, late, inFlight, connections,
        Percentiles.of(service), Percentiles.of(response), Percentiles.of(lag));
  }

  public Histogram service() {
    return service;
  }

  public Histogram response() {
    return response;
  }
}
