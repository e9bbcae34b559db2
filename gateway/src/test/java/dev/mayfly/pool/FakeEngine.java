package dev.mayfly.pool;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.Isolation;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;
import java.nio.file.Path;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Machines without a guest: what they do is a {@link Program}, the same for all. Checks that each machine stays on one thread, and does one thing at a time. */
final class FakeEngine implements Engine {
  /** One entry of a machine. */
  interface Program {
    Outcome enter(FakeVm vm, Streams streams);
  }

  /** Pages, by each reset. */
  static final int PUT_BACK = 17;

  /** Replaced by the test. */
  volatile Program program = (vm, streams) -> new Outcome.Exited(0);
  volatile boolean cannotStart;
  volatile boolean unclean;
  final AtomicInteger made = new AtomicInteger();
  final AtomicInteger resets = new AtomicInteger();
  final AtomicInteger kept = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger idles = new AtomicInteger();
  final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  final class FakeVm implements Vm {
    private final Thread owner = Thread.currentThread();
    private final AtomicBoolean inUse = new AtomicBoolean();
    volatile boolean stopped;
    int entries;
    ComponentScript.Flow flow;

    @Override
    public Outcome start(HandOver request, Streams streams, long sliceNanos) {
      entries = 0;
      flow = new ComponentScript.Flow();
      return resume(streams, sliceNanos);
    }

    @Override
    public Outcome resume(Streams streams, long sliceNanos) {
      check();
      entries++;
      Outcome outcome = stopped ? new Outcome.Stopped() : program.enter(this, streams);
      inUse.set(false);
      return outcome;
    }

    private void check() {
      if (Thread.currentThread() != owner) {
        wrong.add("used on " + Thread.currentThread().getName() + ", belongs to " + owner.getName());
      }
      if (!inUse.compareAndSet(false, true)) {
        wrong.add("two things at a time");
      }
    }

    @Override
    public void stop() {
      stopped = true;
    }

    @Override
    public long pagesPutBack() {
      return PUT_BACK;
    }

    @Override
    public boolean reset() {
      check();
      inUse.set(false);
      resets.incrementAndGet();
      return !unclean && !stopped;
    }

    @Override
    public boolean keep() {
      check();
      inUse.set(false);
      kept.incrementAndGet();
      return !stopped;
    }

    @Override
    public long heldBytes() {
      return 1;
    }

    @Override
    public void close() {
      check();
      closed.incrementAndGet();
    }
  }

  int open() {
    return made.get() - closed.get();
  }

  Snapshot snapshot() {
    return new Snapshot() {
      @Override
      public Image image() {
        return new Image("", Path.of("none"), 0, 0);
      }

      @Override
      public long copiedBytes() {
        return 0;
      }

      @Override
      public void write(Path file) {}

      @Override
      public void close() {}
    };
  }

  @Override
  public Vm restore(Snapshot snapshot) throws CannotStart {
    if (cannotStart) {
      throw new CannotStart("nothing left", null);
    }
    threads.add(Thread.currentThread());
    made.incrementAndGet();
    return new FakeVm();
  }

  @Override
  public boolean idle() {
    return idles.incrementAndGet() < 5;
  }

  @Override
  public Isolation isolation() {
    return Isolation.PROCESS;
  }

  @Override
  public String fingerprint() {
    return "fake";
  }

  @Override
  public Boot.Ready boot(Image image, Boot how, Streams log) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Snapshot read(Path file, Image image) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Shells shells() {
    return new Shells(0, 0, 0);
  }

  @Override
  public void close() {}
}
