package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** On a clock and a timer that the test steps. */
class LazyTimerTest {
  private record Alarm(long at, Runnable callback) {}

  private final List<Alarm> alarms = new ArrayList<>();
  private final List<String> called = new ArrayList<>();
  private long now = 1_000;
  private int set;
  private final LazyTimer timer = new LazyTimer((nanos, callback) -> {
    Alarm alarm = new Alarm(now + nanos, callback);
    alarms.add(alarm);
    set++;
    return () -> alarms.remove(alarm);
  }, () -> now);

  private Runnable after(long nanos, String name) {
    return timer.after(nanos, () -> called.add(name));
  }

  /** Time passes, and the alarms in it go off. */
  private void pass(long nanos) {
    long end = now + nanos;
    while (true) {
      Alarm first = alarms.stream().min(Comparator.comparingLong(Alarm::at)).filter(a -> a.at <= end).orElse(null);
      if (first == null) {
        now = end;
        return;
      }
      now = Math.max(now, first.at);
      alarms.remove(first);
      first.callback.run();
    }
  }

  @Test
  void oneAlarmIsSetForManyDeadlinesThatComeInTheirOrder() {
    for (int i = 0; i < 1_000; i++) {
      after(10_000, "late").run(); // taken back at once
      now++;
    }
    assertThat(set).isEqualTo(1);
    pass(100_000);
    assertThat(called).isEmpty();
    assertThat(alarms).isEmpty();
  }

  @Test
  void anEarlierDeadlineMovesTheAlarm() {
    after(10_000, "late");
    after(100, "soon");
    pass(99);
    assertThat(called).isEmpty();
    pass(1);
    assertThat(called).containsExactly("soon");
    pass(9_900);
    assertThat(called).containsExactly("soon", "late");
  }

  @Test
  void aDeadlineBeyondAllTimeIsNeverReached() {
    after(Long.MAX_VALUE, "never");
    pass(1_000_000);
    assertThat(called).isEmpty();
  }

  @Test
  void eachDeadlineIsCalledWhenItIsDueAndOnlyIfItWasNotTakenBack() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<String> wanted = new ArrayList<>();
      called.clear();
      for (int i = 0; i < 50; i++) {
        long nanos = random.nextInt(1_000);
        String name = seed + "/" + i;
        long due = now + nanos;
        Runnable cancel = timer.after(nanos, () -> called.add(name + (now == due ? "" : " at " + now + ", not " + due)));
        if (random.nextBoolean()) {
          cancel.run();
        } else {
          wanted.add(name);
        }
        pass(random.nextInt(100));
      }
      pass(1_000);
      assertThat(called).containsExactlyInAnyOrderElementsOf(wanted);
    }
  }
}
