package dev.mayfly.pool;

import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/**
 * A machine and the thread it belongs to. The calls here come from any thread and return at once; the work is done on the machine's thread, and
 * so are the callbacks. The pool sees to it that a machine does one thing at a time: a {@link Run}, a reset, or its end.
 */
final class Machine {
  private final Vm vm;
  private final VmThread thread;
  private final Object function;
  private final Timer timer;
  private final MemoryBudget.Lease lease;
  private final Backlog backlog;
  private final Runnable room;

  /**
   * On the machine's thread.
   *
   * @param backlog the function's on that thread
   * @param room is told each time that it may have room again
   */
  Machine(Vm vm, VmThread thread, Object function, Timer timer, MemoryBudget.Lease lease, Backlog backlog, Runnable room) {
    this.vm = vm;
    this.thread = thread;
    this.function = function;
    this.timer = timer;
    this.lease = lease;
    this.backlog = backlog;
    this.room = room;
    thread.machineAdded();
  }

  /** A request's run, to be begun by the caller; the listener hears of its end once. */
  Run run(HandOver request, Streams streams, long cpuNanos, Run.Listener listener) {
    return new Run(vm, new Lane(), timer, lease, request, streams, cpuNanos, listener);
  }

  private final class Lane implements Run.Lane {
    @Override
    public void submit(Runnable step, boolean takesLong) {
      if (takesLong) {
        thread.submitLong(function, step);
      } else {
        submitShort(step);
      }
    }

    @Override
    public void submitSlice(Runnable step, Runnable giveWay) {
      thread.submitSlice(function, step, giveWay);
    }
  }

  /** A run's answer is ready: it is told now or, where others of the function wait, soon ({@link Answers}). On the machine's thread. */
  void answer(Runnable tell, boolean othersWait) {
    thread.answer(function, tell, othersWait);
  }

  private void submitShort(Runnable work) {
    backlog.enter();
    thread.submit(function, () -> {
      try {
        work.run();
      } finally {
        backlog.leave();
        room.run();
      }
    });
  }

  /**
   * Puts the machine back to its snapshot; then says how many bytes it holds, or -1 when it cannot be proven clean.
   *
   * @param pagesPutBack counts on
   */
  void reset(LongAdder pagesPutBack, LongConsumer done) {
    submitShort(() -> {
      long held = clean();
      pagesPutBack.add(held < 0 ? 0 : vm.pagesPutBack());
      done.accept(held);
    });
  }

  /** Lets it take another request as it is; then says how many bytes it holds, or -1 when it cannot. */
  void keep(LongConsumer done) {
    submitShort(() -> done.accept(kept()));
  }

  private long kept() {
    try {
      return vm.keep() ? Math.max(0, vm.heldBytes()) : -1;
    } catch (RuntimeException e) {
      return -1;
    }
  }

  private long clean() {
    try {
      return vm.reset() ? Math.max(0, vm.heldBytes()) : -1;
    } catch (RuntimeException e) {
      return -1;
    }
  }

  void close(Runnable done) {
    thread.submit(function, () -> {
      try {
        vm.close();
      } finally {
        thread.machineGone();
        done.run();
      }
    });
  }

  /** Whether a run that begins now would be the function's next on its thread. From any thread. */
  boolean hasRoom() {
    return backlog.hasRoom();
  }

  /** What waits on its thread: a hint for choosing among warm machines. */
  int load() {
    return thread.load();
  }
}
