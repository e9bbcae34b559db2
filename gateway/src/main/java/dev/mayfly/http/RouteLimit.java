package dev.mayfly.http;

import dev.mayfly.config.Configuration;
import dev.mayfly.sizing.SharedLimit;

/** A route's rate limit, of which this gateway has a part. */
record RouteLimit(Configuration.Route route, TokenBucket bucket) implements SharedLimit {
  @Override
  public String id() {
    return String.join(",", route.methods()) + " " + route.host().orElse("*") + route.path();
  }

  @Override
  public double perSecond() {
    return bucket.perSecond();
  }

  @Override
  public long asked() {
    return bucket.asked();
  }

  @Override
  public void share(double fraction) {
    bucket.share(fraction);
  }
}
