package dev.mayfly.pool;

/** Calls back later, once. */
interface Timer {
  /** @return takes the callback back; it may have been called already */
  Runnable after(long nanos, Runnable callback);
}
