package dev.mayfly.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * The memory that all machines of the gateway may have together ({@code memory:}). A machine counts with its whole limit while it runs, and with
 * what it really holds while it waits, warm or asleep: so thousands may wait, and no guest takes what it was not given.
 *
 * Three kinds of takers:
 * <ol>
 *   <li>a <b>start</b> ({@link Lease#tryRun}) that does not fit is refused; its pool is called back when memory comes free, and the other pools
 *       are asked to give up idle machines;
 *   <li>a <b>wake-up</b> ({@link Lease#wake}) of a machine that sleeps in the midst of its request waits its turn, before all starts;
 *   <li>when nothing runs at all, a wake-up is granted though it does not fit. Sleepers would otherwise wait for one another forever. The
 *       budget is then exceeded by at most one machine's limit.
 * </ol>
 * Thread-safe; holds its lock for a few instructions only. Callbacks happen on the executor, never on the caller's stack.
 */
public final class MemoryBudget {
  /** A pool, as the budget sees it. Called on the budget's executor. */
  interface Pool {
    /** Memory came free after a start was refused. */
    void memoryFreed();

    /** Another pool lacks memory: give up what is idle. */
    void memoryWanted();
  }

  private record Wake(Lease lease, long bytes, Runnable go) {}

  private final long capacity;
  private final Executor executor;
  private final Set<Pool> pools = new LinkedHashSet<>();
  private final Set<Pool> refused = new LinkedHashSet<>();
  private final ArrayDeque<Wake> wakes = new ArrayDeque<>();
  /** Bytes given out to each. */
  private final Map<Pool, long[]> accounts = new IdentityHashMap<>();
  private long used;
  private int running;

  /** @param bytes of all machines together */
  public MemoryBudget(long bytes, Executor executor) {
    this.capacity = bytes;
    this.executor = executor;
  }

  public long capacity() {
    return capacity;
  }

  /** Bytes given out. */
  public synchronized long used() {
    return used;
  }

  /** Bytes given out to a pool's machines. */
  synchronized long used(Pool pool) {
    long[] account = accounts.get(pool);
    return account == null ? 0 : account[0];
  }

  synchronized void join(Pool pool) {
    pools.add(pool);
  }

  synchronized void leave(Pool pool) {
    pools.remove(pool);
    refused.remove(pool);
    accounts.remove(pool);
  }

  synchronized Lease lease(Pool pool) {
    return new Lease(pool, accounts.computeIfAbsent(pool, p -> new long[1]));
  }

  /** One machine's part. Its calls do not overlap: the machine is in one hand at a time. */
  final class Lease {
    private final Pool pool;
    private final long[] account;
    private long bytes;
    private boolean runs;

    private Lease(Pool pool, long[] account) {
      this.pool = pool;
      this.account = account;
    }

    /** Counts with so many bytes, to run. False: they are not there; {@link Pool#memoryFreed} will say when to try again. */
    boolean tryRun(long wanted) {
      List<Pool> others = new ArrayList<>();
      synchronized (MemoryBudget.this) {
        if (wakes.isEmpty() && used - bytes + wanted <= capacity) {
          set(this, wanted, true);
          return true;
        }
        refused.add(pool);
        pools.stream().filter(p -> p != pool).forEach(others::add);
      }
      others.forEach(p -> executor.execute(p::memoryWanted));
      return false;
    }

    /** As {@link #tryRun}, for a machine that no request waits for: nobody is asked to give anything up for it, and nobody is called back. */
    boolean tryAhead(long wanted) {
      synchronized (MemoryBudget.this) {
        if (!wakes.isEmpty() || !refused.isEmpty() || used - bytes + wanted > capacity) {
          return false;
        }
        set(this, wanted, true);
        return true;
      }
    }

    /** Counts with so many bytes, at rest. */
    void rest(long held) {
      change(held);
    }

    /** Goes on running, with so many bytes: {@code go} is called now, or later on the executor. */
    void wake(long wanted, Runnable go) {
      synchronized (MemoryBudget.this) {
        if (!wakes.isEmpty() || used - bytes + wanted > capacity && running > 0) {
          wakes.add(new Wake(this, wanted, go));
          return;
        }
        set(this, wanted, true);
      }
      go.run();
    }

    /** The machine is gone. Twice is fine. */
    void release() {
      change(0);
    }

    long bytes() {
      synchronized (MemoryBudget.this) {
        return bytes;
      }
    }

    private void change(long to) {
      List<Runnable> calls = new ArrayList<>();
      synchronized (MemoryBudget.this) {
        wakes.removeIf(w -> w.lease() == this); // it was stopped while it waited
        set(this, to, false);
        grant(calls);
      }
      calls.forEach(executor::execute);
    }
  }

  private void set(Lease lease, long bytes, boolean runs) {
    used += bytes - lease.bytes;
    lease.account[0] += bytes - lease.bytes;
    running += (runs ? 1 : 0) - (lease.runs ? 1 : 0);
    lease.bytes = bytes;
    lease.runs = runs;
  }

  /** Who can go on now: sleepers first, then, when none is left, the pools that were refused. */
  private void grant(List<Runnable> calls) {
    for (Wake wake = wakes.peek(); wake != null && fits(wake); wake = wakes.peek()) {
      wakes.poll();
      set(wake.lease(), wake.bytes(), true);
      calls.add(wake.go());
    }
    if (wakes.isEmpty()) {
      refused.forEach(p -> calls.add(p::memoryFreed));
      refused.clear();
    }
  }

  private boolean fits(Wake wake) {
    return running == 0 || used - wake.lease().bytes + wake.bytes() <= capacity;
  }
}
