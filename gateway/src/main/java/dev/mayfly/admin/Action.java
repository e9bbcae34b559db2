package dev.mayfly.admin;

/** What can be asked of a gateway. */
sealed interface Action {
  /** Does the process answer? */
  record Live() implements Action {}

  /** Can it take requests? */
  record Ready() implements Action {}

  record ShowMetrics() implements Action {}

  record ListFunctions() implements Action {}

  /** Drop a function's machines. */
  record Evict(String function) implements Action {}

  record ListPools() implements Action {}

  /** Why is a pool as large as it is? */
  record ExplainPool(String function) implements Action {}
}
