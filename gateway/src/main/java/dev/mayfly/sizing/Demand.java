package dev.mayfly.sizing;

/** What is asked of something limited, by this gateway and by the others together, in the limit's unit. Immutable. */
record Demand(double own, double others) {
  static final Demand UNKNOWN = new Demand(Double.NaN, Double.NaN);

  boolean known() {
    return own + others > 0;
  }

  /** Of a limit, how much is asked for by all; more than 1 if they ask for more. */
  double used(double limit) {
    return (own + others) / limit;
  }

  /** Of all that is asked for, what this gateway is asked. */
  double part() {
    return own / (own + others);
  }
}
