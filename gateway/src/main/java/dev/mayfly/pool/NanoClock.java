package dev.mayfly.pool;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** A pool's monotonic clock where an API asks for a {@link Clock}: its instants have no meaning but their distances. */
final class NanoClock extends Clock {
  private final LongSupplier nanos;
  private final long origin;

  NanoClock(LongSupplier nanos) {
    this.nanos = nanos;
    origin = nanos.getAsLong();
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(nanos.getAsLong() - origin);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
