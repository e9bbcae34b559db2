package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.pool.Result.Verdict;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The races that {@link Run} numbers, on a thread and a timer that the test steps. */
class RunTest {
  private static final long LIMIT = 64;
  private static final long SECOND = 1_000_000_000;

  private final ArrayDeque<Runnable> thread = new ArrayDeque<>();
  private final List<Alarm> alarms = new ArrayList<>();
  private final List<Run.End> ends = new ArrayList<>();
  private final List<String> budgetCalls = new ArrayList<>();
  private final MemoryBudget budget = new MemoryBudget(100, Runnable::run);
  private final MemoryBudget.Lease lease = budget.lease(new MemoryBudget.Pool() {
    @Override
    public void memoryFreed() {
      budgetCalls.add("freed");
    }

    @Override
    public void memoryWanted() {}
  });
  private final Script vm = new Script();

  @Test
  void aRunThatExitsIsReusable() {
    begin(0).step();
    assertThat(ends).containsExactly(new Run.End(new Outcome.Exited(0), null, false, ends.getFirst().cpuNanos()));
    assertThat(vm.calls).containsExactly("start");
  }

  @Test
  void aRunThatIsSlicedGoesBehindWhatWaits() {
    vm.plays(Outcome.Sliced::new, Outcome.Sliced::new, () -> new Outcome.Exited(3));
    begin(SECOND);
    thread.add(() -> vm.calls.add("other"));
    step();
    step();
    step();
    step();
    assertThat(vm.calls).containsExactly("start", "other", "resume", "resume");
    assertThat(end().outcome()).isEqualTo(new Outcome.Exited(3));
  }

  @Test
  void aSliceGivesWayWhileItIsInsideAndNotLater() {
    List<Runnable> ways = new ArrayList<>();
    Run run = new Run(vm, new Run.Lane() {
      @Override
      public void submit(Runnable step, boolean takesLong) {
        thread.add(step);
      }

      @Override
      public void submitSlice(Runnable step, Runnable giveWay) {
        ways.add(giveWay);
        thread.add(step);
      }
    }, (nanos, callback) -> () -> {}, lease, HandOver.EMPTY, new CommandStreams(Buffer.buffer(), 1, new Log(1)), SECOND, ends::add);
    vm.plays(Outcome.Sliced::new, () -> {
      ways.getFirst().run();
      return new Outcome.Sliced();
    }, () -> new Outcome.Exited(0));
    run.begin();
    step();
    ways.getFirst().run();
    step();
    step();
    ways.forEach(Runnable::run);
    assertThat(vm.calls).containsExactly("start", "resume", "giveWay", "resume");
  }

  @Test
  void aSleepHoldsNoThreadAndCountsWithWhatItHolds() {
    vm.plays(() -> new Outcome.Waiting(SECOND, false), () -> new Outcome.Exited(0));
    begin(SECOND).step();
    assertThat(thread).isEmpty();
    assertThat(alarms).extracting(a -> a.nanos).containsExactly(SECOND);
    assertThat(budget.used()).isEqualTo(5);
    alarms.getFirst().callback.run();
    assertThat(budget.used()).isEqualTo(LIMIT);
    step();
    assertThat(end().outcome()).isEqualTo(new Outcome.Exited(0));
  }

  @Test
  void aShortSleepKeepsItsMemory() {
    vm.plays(() -> new Outcome.Waiting(50_000, false), () -> new Outcome.Exited(0));
    begin(SECOND).step();
    assertThat(budget.used()).isEqualTo(LIMIT);
    assertThat(alarms.getFirst().nanos).isEqualTo(50_000);
  }

  @Test
  void waitingForInputGoesOnAtOnceForACommandsInputIsAllThere() {
    vm.plays(() -> new Outcome.Waiting(Long.MAX_VALUE, true), () -> new Outcome.Exited(0));
    begin(SECOND).step();
    step();
    assertThat(alarms).isEmpty();
    assertThat(end().outcome()).isEqualTo(new Outcome.Exited(0));
  }

  @Test
  void race1AStopBeforeTheFirstStepNeverEntersTheMachine() {
    Run run = begin(SECOND).run;
    run.stop(Verdict.TIMED_OUT);
    step();
    assertThat(vm.calls).isEmpty();
    assertThat(end().stopped()).isEqualTo(Verdict.TIMED_OUT);
    assertThat(end().spoiled()).isFalse();
  }

  @Test
  void race2AStopDuringTheRunKicksTheMachine() {
    Fixture fixture = begin(SECOND);
    vm.plays(() -> {
      fixture.run.stop(Verdict.TIMED_OUT);
      fixture.run.stop(Verdict.STOPPING);
      return new Outcome.Stopped();
    });
    fixture.step();
    assertThat(vm.calls).containsExactly("start", "stop");
    assertThat(end().stopped()).as("the first cause stands").isEqualTo(Verdict.TIMED_OUT);
  }

  @Test
  void race3AProgramThatEndedJustBeforeTheKickHasExitedButItsMachineIsSpoiled() {
    Fixture fixture = begin(SECOND);
    vm.plays(() -> {
      fixture.run.stop(Verdict.TIMED_OUT);
      return new Outcome.Exited(0);
    });
    fixture.step();
    assertThat(end().outcome()).isEqualTo(new Outcome.Exited(0));
    assertThat(end().spoiled()).isTrue();
  }

  @Test
  void race4AStopDuringASleepEndsTheRunWithoutEntering() {
    vm.plays(() -> new Outcome.Waiting(SECOND, false));
    Run run = begin(SECOND).step();
    run.stop(Verdict.TIMED_OUT);
    step();
    assertThat(vm.calls).containsExactly("start");
    assertThat(alarms.getFirst().cancelled).isTrue();
    assertThat(end().outcome()).isEqualTo(new Outcome.Stopped());
  }

  @Test
  void race4AStopWhileItWaitsForMemoryEndsTheRun() {
    vm.plays(() -> new Outcome.Waiting(SECOND, false));
    Run run = begin(SECOND).step();
    MemoryBudget.Lease other = budget.lease(null);
    other.tryRun(90);
    alarms.getFirst().callback.run();
    assertThat(thread).as("no memory yet").isEmpty();
    run.stop(Verdict.TIMED_OUT);
    step();
    lease.release();
    other.release();
    assertThat(budget.used()).isZero();
    assertThat(ends).hasSize(1);
  }

  @Test
  void race5AStopAfterTheEndDoesNotTouchTheMachine() {
    Run run = begin(SECOND).step();
    run.stop(Verdict.TIMED_OUT);
    assertThat(vm.calls).containsExactly("start");
    assertThat(thread).isEmpty();
  }

  @Test
  void race6TheAlarmAndTheStopSubmitOneStepBetweenThem() {
    vm.plays(() -> new Outcome.Waiting(SECOND, false));
    Run run = begin(SECOND).step();
    run.stop(Verdict.TIMED_OUT);
    alarms.getFirst().callback.run();
    assertThat(thread).hasSize(1);
    assertThat(budget.used()).as("a run that was stopped takes no memory").isEqualTo(5);
  }

  @Test
  void race7ALateAlarmOfAnEarlierWaitDoesNotEndALaterOne() {
    vm.plays(() -> new Outcome.Waiting(1_000, false), () -> new Outcome.Waiting(SECOND, false));
    begin(SECOND).step();
    alarms.getFirst().callback.run();
    step();
    alarms.getFirst().callback.run();
    assertThat(thread).isEmpty();
  }

  @Test
  void theCpuLimitIsTheSumOverSlices() {
    vm.plays(() -> spend(300_000), () -> spend(300_000), () -> spend(300_000), () -> spend(300_000));
    begin(1_000_000);
    for (int n = 0; n < 10 && ends.isEmpty(); n++) {
      step();
    }
    assertThat(end().stopped()).isEqualTo(Verdict.CPU_EXCEEDED);
    assertThat(end().cpuNanos()).isGreaterThanOrEqualTo(1_000_000);
    assertThat(vm.slices).isSortedAccordingTo((a, b) -> Long.compare(b, a));
  }

  @Test
  void anEngineThatThrowsBreaksTheRunOnly() {
    vm.plays(() -> {
      throw new IllegalStateException("boom");
    });
    begin(SECOND).step();
    assertThat(end().outcome()).isInstanceOfSatisfying(Outcome.Broken.class, b -> assertThat(b.reason()).contains("boom"));
  }

  private static Outcome spend(long nanos) {
    for (long end = System.nanoTime() + nanos; System.nanoTime() < end;) {
      Thread.onSpinWait();
    }
    return new Outcome.Sliced();
  }

  private Run.End end() {
    assertThat(ends).hasSize(1);
    return ends.getFirst();
  }

  private void step() {
    thread.poll().run();
  }

  private Fixture begin(long cpu) {
    assertThat(lease.tryRun(LIMIT)).isTrue();
    Timer timer = (nanos, callback) -> {
      Alarm alarm = new Alarm(nanos, callback);
      alarms.add(alarm);
      return () -> alarm.cancelled = true;
    };
    Run run = new Run(vm, (step, takesLong) -> thread.add(step), timer, lease, HandOver.EMPTY,
        new CommandStreams(Buffer.buffer(), 1, new Log(1)), cpu == 0 ? SECOND : cpu, ends::add);
    run.begin();
    return new Fixture(run);
  }

  private final class Fixture {
    private final Run run;

    Fixture(Run run) {
      this.run = run;
    }

    Run step() {
      RunTest.this.step();
      return run;
    }
  }

  private static final class Alarm {
    private final long nanos;
    private final Runnable callback;
    private boolean cancelled;

    Alarm(long nanos, Runnable callback) {
      this.nanos = nanos;
      this.callback = callback;
    }
  }

  /** A machine that plays what it was told; at its end it exits. */
  private static final class Script implements Vm {
    private final List<String> calls = new ArrayList<>();
    private final List<Long> slices = new ArrayList<>();
    private final ArrayDeque<Supplier<Outcome>> outcomes = new ArrayDeque<>();

    @SafeVarargs
    final void plays(Supplier<Outcome>... next) {
      outcomes.addAll(List.of(next));
    }

    private Outcome next(String call, long slice) {
      calls.add(call);
      slices.add(slice);
      return outcomes.isEmpty() ? new Outcome.Exited(0) : outcomes.poll().get();
    }

    @Override
    public Outcome start(HandOver request, Streams streams, long sliceNanos) {
      return next("start", sliceNanos);
    }

    @Override
    public Outcome resume(Streams streams, long sliceNanos) {
      return next("resume", sliceNanos);
    }

    @Override
    public void giveWay() {
      calls.add("giveWay");
    }

    @Override
    public void stop() {
      calls.add("stop");
    }

    @Override
    public boolean reset() {
      return true;
    }

    @Override
    public long heldBytes() {
      return 5;
    }

    @Override
    public void close() {
      calls.add("close");
    }
  }
}
