package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.pool.Result.Verdict;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Message;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several runs in one entry; what they were told is in {@code told}, in order. */
class EntryTest {
  private static final int SOMETHING = Message.RESPONSE_BODY;

  private final List<String> told = new ArrayList<>();
  private final ArrayDeque<Runnable> thread = new ArrayDeque<>();
  private final ArrayDeque<Function<Streams, Outcome>> program = new ArrayDeque<>();
  private final Script vm = new Script();
  private final List<Run> runs = new ArrayList<>();

  @BeforeEach
  void threeRuns() {
    MemoryBudget budget = new MemoryBudget(1_000, Runnable::run);
    MemoryBudget.Pool pool = new Scene(Scene.limits(1, 1));
    for (String name : List.of("a", "b", "c")) {
      MemoryBudget.Lease lease = budget.lease(pool);
      assertThat(lease.tryRun(10)).isTrue();
      runs.add(new Run(vm, (step, takesLong) -> thread.add(step), (nanos, callback) -> () -> {}, lease, HandOver.EMPTY, new Recording(name), Scene.SECOND, new Run.Listener() {
        @Override
        public void ended(Run.End end) {
          told.add(name + " " + end.outcome().getClass().getSimpleName() + (end.stopped() == null ? "" : " " + end.stopped()) + (end.spoiled() ? " spoiled" : ""));
        }

        @Override
        public void givenBack() {
          told.add(name + " given back");
        }
      }));
    }
  }

  private void go() {
    runs.getFirst().begin(runs.subList(1, runs.size()));
    work();
  }

  private void work() {
    while (!thread.isEmpty()) {
      thread.poll().run();
    }
  }

  private static void answered(Streams streams) {
    streams.record(Message.ANSWERED, ByteBuffer.allocate(0));
  }

  private static void writes(Streams streams) {
    streams.record(SOMETHING, ByteBuffer.allocate(0));
  }

  @Test
  void whatTheProgramWritesBelongsToTheRequestThatItIsAt() {
    program.add(streams -> {
      for (int i = 0; i < 2; i++) {
        writes(streams);
        answered(streams);
      }
      writes(streams);
      return new Outcome.Exited(0);
    });
    go();
    assertThat(told).containsExactly("a writes", "a Exited", "b writes", "b Exited", "c writes", "c Exited");
  }

  @Test
  void whileOneWaitsThoseBehindItAreGivenBackTheLastFirst() {
    program.add(streams -> new Outcome.Waiting(Long.MAX_VALUE, true));
    go();
    assertThat(told).containsExactly("c given back", "b given back");
    runs.getFirst().stop(Verdict.CLIENT_GONE);
    work();
    assertThat(told.subList(2, 3)).containsExactly("a Stopped CLIENT_GONE");
  }

  @Test
  void oneInTheMiddleThatComputesForLongGoesOnAlone() {
    program.add(streams -> {
      answered(streams);
      return new Outcome.Sliced();
    });
    program.add(streams -> {
      writes(streams);
      return new Outcome.Exited(0);
    });
    go();
    assertThat(told).containsExactly("a Exited", "c given back", "b writes", "b Exited");
  }

  @Test
  void oneThatKnewOfAnotherMaySayThatItIsAnsweredWhenThatOneIsGone() {
    program.add(streams -> new Outcome.Sliced());
    program.add(streams -> {
      answered(streams);
      return new Outcome.Exited(0);
    });
    go();
    assertThat(told).containsExactly("c given back", "b given back", "a Exited");
  }

  @Test
  void aRequestIsNotAnsweredTwice() {
    program.add(streams -> new Outcome.Sliced());
    program.add(streams -> {
      answered(streams);
      answered(streams);
      return new Outcome.Exited(0);
    });
    go();
    assertThat(told).containsExactly("c given back", "b given back", "a Broken");
  }

  @Test
  void oneThatBreaksTheMachineHarmsNeitherThoseBeforeItNorThoseBehind() {
    program.add(streams -> {
      answered(streams);
      return new Outcome.Trapped("unreachable");
    });
    go();
    assertThat(told).containsExactly("a Exited", "c given back", "b Trapped");
  }

  @Test
  void aMachineThatEndsTooEarlyLeavesThoseBehindForOthers() {
    program.add(streams -> new Outcome.Exited(1));
    go();
    assertThat(told).containsExactly("c given back", "b given back", "a Exited");
  }

  @Test
  void theStopOfOneThatHasBegunEndsTheSliceAndNotAnothersMachine() {
    program.add(streams -> {
      runs.getFirst().stop(Verdict.CLIENT_GONE); // the program is at the second, which is not known yet
      answered(streams);
      return new Outcome.Sliced();
    });
    program.add(streams -> new Outcome.Exited(0));
    go();
    assertThat(vm.calls).containsExactly("start 2", "giveWay", "resume");
    assertThat(told).containsExactly("a Exited CLIENT_GONE", "c given back", "b Exited");
  }

  @Test
  void theStopOfOneThatTheProgramIsAtEndsItAtTheNextStep() {
    program.add(streams -> {
      runs.getFirst().stop(Verdict.TIMED_OUT);
      return new Outcome.Sliced();
    });
    go();
    assertThat(vm.calls).containsExactly("start 2", "giveWay");
    assertThat(told).containsExactly("c given back", "b given back", "a Stopped TIMED_OUT");
  }

  @Test
  void theStopOfOneThatFollowsIsSeenWhenTheProgramComesToIt() {
    program.add(streams -> {
      runs.get(1).stop(Verdict.CLIENT_GONE);
      answered(streams);
      return new Outcome.Sliced();
    });
    go();
    assertThat(told).containsExactly("a Exited", "c given back", "b Stopped CLIENT_GONE");
  }

  @Test
  void aStopBeforeTheFirstStepGivesBackTheOthers() {
    runs.getFirst().begin(runs.subList(1, runs.size()));
    runs.getFirst().stop(Verdict.CLIENT_GONE);
    work();
    assertThat(vm.calls).isEmpty();
    assertThat(told).containsExactly("c given back", "b given back", "a Stopped CLIENT_GONE");
  }

  private final class Script implements Vm {
    private final List<String> calls = new ArrayList<>();

    @Override
    public Outcome start(HandOver request, Streams streams, long sliceNanos) {
      throw new AssertionError("alone");
    }

    @Override
    public Outcome start(HandOver request, List<HandOver> followers, Streams streams, long sliceNanos) {
      calls.add("start " + followers.size());
      return program.poll().apply(streams);
    }

    @Override
    public Outcome resume(Streams streams, long sliceNanos) {
      calls.add("resume");
      return program.poll().apply(streams);
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
    public void close() {}
  }

  private final class Recording implements Streams {
    private final String name;

    Recording(String name) {
      this.name = name;
    }

    @Override
    public int read(ByteBuffer into) {
      return 0;
    }

    @Override
    public boolean atEnd() {
      return false;
    }

    @Override
    public boolean ready() {
      return false;
    }

    @Override
    public boolean output(ByteBuffer bytes) {
      return true;
    }

    @Override
    public boolean error(ByteBuffer bytes) {
      return true;
    }

    @Override
    public boolean record(int kind, ByteBuffer bytes) {
      return told.add(name + " writes");
    }
  }
}
