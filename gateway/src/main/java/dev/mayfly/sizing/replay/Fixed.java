package dev.mayfly.sizing.replay;

/** Each machine is kept for a fixed time after its last request. */
record Fixed(double seconds) implements Policy {
  @Override
  public Want at(double now, Seen seen) {
    return new Want(0, Integer.MAX_VALUE, seconds, Double.POSITIVE_INFINITY);
  }
}
