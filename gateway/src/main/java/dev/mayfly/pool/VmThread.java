package dev.mayfly.pool;

import dev.mayfly.vm.Engine;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named platform thread that machines run on. A machine belongs to one such thread for life (kernels before 6.13 pay milliseconds for a
 * change), so everything done to a machine is submitted here. The thread blocks on nothing but its queue; work that is submitted must not
 * block either, but for the run of a machine, which comes back after its slice.
 *
 * Hand-over: submitters add to a lock-free inbox and wake the thread only when it is parked. They see {@code parked} after their add, the
 * thread looks into the inbox after it has set {@code parked}: so one of the two sees the other, and no wake-up is lost. A thread that just had work looks for
 * more for a moment before it parks ({@link Pause}); so does one thread at a time only, or they would take the processors from those that bring the work.
 *
 * Housekeeping of the engine (shells made ahead) is done only when the thread has been quiet for a moment, a piece at a time; it counts as
 * load meanwhile, so that requests prefer other threads.
 */
final class VmThread {
  private static final Logger LOG = LoggerFactory.getLogger(VmThread.class);
  /** How long a thread is quiet before it does housekeeping. */
  private static final long QUIET_NANOS = 100_000;
  /** How often a thread with nothing to do asks the engine for housekeeping. */
  private static final long HOUSEKEEPING_NANOS = 1_000_000_000;

  /** @param giveWay ends it early; null: it cannot be ended */
  private record Work(Object function, boolean takesLong, Runnable run, Runnable giveWay) {}

  private final Engine engine;
  private final Thread thread;
  private final ConcurrentLinkedQueue<Work> inbox = new ConcurrentLinkedQueue<>();
  private final RunQueue<Work> runs = new RunQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger machines = new AtomicInteger();
  private final Pause pause = new Pause();
  /** The thread's own, like {@link #runs}. */
  private final Answers answers = new Answers();
  private final AtomicBoolean looking;
  /** Being run, and can be ended early; else null. */
  private volatile Work slice;
  private volatile boolean parked;
  private volatile boolean housekeeping;
  private volatile boolean closed;

  /** @param looking shared by all threads: whether one of them looks for work */
  VmThread(int number, Engine engine, AtomicBoolean looking) {
    this.engine = engine;
    this.looking = looking;
    thread = Thread.ofPlatform().name("mayfly-vcpu-" + number).daemon(true).unstarted(this::loop);
  }

  void begin() {
    thread.start();
  }

  /** Does it on this thread, when the function's turn comes. From any thread. */
  void submit(Object function, Runnable work) {
    submit(new Work(function, false, work, null));
  }

  /** The same for what takes long, and so comes behind what does not; see {@link RunQueue}. */
  void submitLong(Object function, Runnable work) {
    submit(new Work(function, true, work, null));
  }

  /** The same for a run that goes on after its slice: it is ended early when work of another function comes, which else would wait for it. */
  void submitSlice(Object function, Runnable work, Runnable giveWay) {
    submit(new Work(function, true, work, giveWay));
  }

  /** A run's answer is ready: it is told now or, where others of the function wait, soon ({@link Answers}). On this thread. */
  void answer(Object function, Runnable tell, boolean othersWait) {
    answers.add(function, tell, System.nanoTime());
    if (!othersWait) {
      answers.tell();
    }
  }

  private void submit(Work work) {
    pending.incrementAndGet();
    inbox.add(work);
    Work running = slice; // one that begins just now may be missed, and lasts as long as it may
    if (running != null && running.function() != work.function()) {
      running.giveWay().run();
    }
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  /** Pieces of work that wait here or are being done; housekeeping counts as one. From any thread; a hint. */
  int load() {
    return pending.get() + (housekeeping ? 1 : 0);
  }

  /** Machines that belong here. From any thread. */
  int machines() {
    return machines.get();
  }

  void machineAdded() {
    machines.incrementAndGet();
  }

  void machineGone() {
    machines.decrementAndGet();
  }

  /** Ends the thread once its queue is empty. */
  void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  void awaitEnd(long millis) throws InterruptedException {
    thread.join(millis);
  }

  private void loop() {
    while (true) {
      boolean worked = false;
      while (step()) {
        worked = true;
      }
      if (closed) {
        return;
      }
      if (worked && (look() || park(QUIET_NANOS))) {
        pause.end(System.nanoTime());
        continue;
      }
      if (!housekeep()) {
        park(HOUSEKEEPING_NANOS);
      }
    }
  }

  /** Does one piece of work. False: there was none. */
  private boolean step() {
    for (Work work = inbox.poll(); work != null; work = inbox.poll()) {
      if (work.takesLong()) {
        runs.addLong(work.function(), work);
      } else {
        runs.addShort(work.function(), work);
      }
    }
    Work work = runs.next();
    if (work == null) {
      answers.tell();
      return false;
    }
    long begun = System.nanoTime();
    answers.before(work.function(), work.takesLong(), begun);
    try {
      if (work.giveWay() != null) {
        slice = work;
      }
      work.run().run();
    } catch (RuntimeException | Error e) {
      LOG.error("Work on {} failed; the thread goes on", thread.getName(), e);
    } finally {
      if (work.giveWay() != null) {
        slice = null;
      }
      long took = System.nanoTime() - begun;
      runs.ran(took);
      answers.ran(took);
      pending.decrementAndGet();
    }
    return true;
  }

  /** Looks for work for a moment. Whether some came. */
  private boolean look() {
    long now = System.nanoTime();
    long end = now + pause.begin(now);
    if (!looking.compareAndSet(false, true)) {
      return !inbox.isEmpty();
    }
    try {
      while (inbox.isEmpty()) {
        if (System.nanoTime() - end >= 0) {
          return false;
        }
        Thread.onSpinWait();
      }
      return true;
    } finally {
      looking.set(false);
    }
  }

  /** Waits for work or the time. Whether work came. */
  private boolean park(long nanos) {
    parked = true;
    if (inbox.isEmpty() && !closed) {
      LockSupport.parkNanos(this, nanos);
    }
    parked = false;
    return !inbox.isEmpty();
  }

  /** A piece of the engine's housekeeping. Whether there is more of it. */
  private boolean housekeep() {
    housekeeping = true;
    try {
      return engine.idle();
    } catch (RuntimeException | Error e) {
      LOG.error("Housekeeping on {} failed", thread.getName(), e);
      return false;
    } finally {
      housekeeping = false;
    }
  }
}
