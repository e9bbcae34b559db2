package dev.mayfly.http;

import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;

/**
 * Keeps an event loop awake for the answer of a function that was just called, if it has hardly anything else to do: to go to sleep and be woken takes longer than a small
 * function's run. It looks at the loop's queue for {@value #LOOK_NANOS} ns at most; with more than {@value #CALLS} calls under way not at all. On its event loop.
 */
final class Lookout {
  private static final long LOOK_NANOS = 60_000;
  private static final int CALLS = 2;

  private final SingleThreadEventExecutor loop;
  private int calls;
  private boolean looks;

  Lookout(Context context) {
    loop = ((ContextInternal) context).nettyEventLoop() instanceof SingleThreadEventExecutor single ? single : null;
  }

  /** A function was called. */
  void called() {
    calls++;
    if (loop != null && calls <= CALLS && !looks) {
      looks = true;
      loop.execute(this::look); // after what the loop is about
    }
  }

  /** It has answered, or will not. Once for each call. */
  void answered() {
    calls--;
  }

  private void look() {
    looks = false;
    long end = System.nanoTime() + LOOK_NANOS;
    while (calls > 0 && calls <= CALLS && loop.pendingTasks() == 0 && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }
}
