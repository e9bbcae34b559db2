package dev.mayfly.sizing;

/** A route's rate limit, which holds for all gateways together. Any thread; must not block. */
public interface SharedLimit {
  /** The same on all gateways: what it limits. */
  String id();

  /** Requests, of all gateways together. */
  double perSecond();

  /** Requests so far, refused ones included. */
  long asked();

  /** This gateway's part from now on, above 0, at most 1. */
  void share(double fraction);
}
