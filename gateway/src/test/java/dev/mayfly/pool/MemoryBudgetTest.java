package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private final List<String> calls = new ArrayList<>();
  private final MemoryBudget budget = new MemoryBudget(100, Runnable::run);
  private final MemoryBudget.Pool a = pool("a");
  private final MemoryBudget.Pool b = pool("b");

  @Test
  void whatFitsIsGivenAndWhatDoesNotIsRefused() {
    assertThat(budget.lease(a).tryRun(60)).isTrue();
    assertThat(budget.lease(a).tryRun(60)).isFalse();
    assertThat(budget.lease(a).tryRun(40)).isTrue();
    assertThat(budget.used()).isEqualTo(100);
  }

  @Test
  void aMachineAtRestCountsWithWhatItHolds() {
    MemoryBudget.Lease lease = budget.lease(a);
    lease.tryRun(60);
    lease.rest(10);
    assertThat(budget.used()).isEqualTo(10);
    assertThat(lease.tryRun(60)).isTrue();
    lease.release();
    lease.release();
    assertThat(budget.used()).isZero();
  }

  @Test
  void eachPoolHasAnAccount() {
    MemoryBudget.Lease lease = budget.lease(a);
    lease.tryRun(60);
    budget.lease(b).tryRun(30);
    assertThat(budget.used(a)).isEqualTo(60);
    lease.rest(10);
    assertThat(budget.used(a)).isEqualTo(10);
    lease.release();
    assertThat(budget.used(a)).isZero();
    assertThat(budget.used(b)).isEqualTo(30);
  }

  @Test
  void aRefusedPoolHearsOnceWhenMemoryComesFree() {
    MemoryBudget.Lease big = budget.lease(a);
    big.tryRun(80);
    budget.lease(b).tryRun(30);
    assertThat(calls).containsExactly("b lacks: a");
    big.release();
    big.release();
    assertThat(calls).containsExactly("b lacks: a", "freed: b");
  }

  @Test
  void aPoolThatLeftHearsNothing() {
    MemoryBudget.Lease big = budget.lease(a);
    big.tryRun(80);
    budget.lease(b).tryRun(30);
    budget.leave(b);
    calls.clear();
    big.release();
    assertThat(calls).isEmpty();
  }

  @Test
  void aSleeperGoesOnWhenItsMemoryIsThereAndBeforeAnyStart() {
    MemoryBudget.Lease sleeper = budget.lease(a);
    MemoryBudget.Lease runner = budget.lease(b);
    sleeper.tryRun(60);
    sleeper.rest(10);
    runner.tryRun(80);
    sleeper.wake(60, () -> calls.add("woken"));
    assertThat(calls).isEmpty();
    assertThat(budget.lease(b).tryRun(5)).as("a start behind a sleeper").isFalse();
    calls.clear();
    runner.release();
    assertThat(calls).containsExactly("woken", "freed: b");
    assertThat(budget.used()).isEqualTo(60);
  }

  @Test
  void sleepersThatFillTheBudgetDoNotWaitForOneAnother() {
    MemoryBudget.Lease[] sleepers = {budget.lease(a), budget.lease(a)};
    for (MemoryBudget.Lease sleeper : sleepers) {
      sleeper.tryRun(50);
      sleeper.rest(50);
    }
    sleepers[0].wake(60, () -> calls.add("first"));
    sleepers[1].wake(60, () -> calls.add("second"));
    assertThat(calls).containsExactly("first");
    assertThat(budget.used()).as("over by less than one machine").isEqualTo(110);
    sleepers[0].release();
    assertThat(calls).containsExactly("first", "second");
  }

  @Test
  void aSleeperThatIsGoneIsNotWoken() {
    MemoryBudget.Lease sleeper = budget.lease(a);
    MemoryBudget.Lease runner = budget.lease(b);
    sleeper.tryRun(60);
    sleeper.rest(10);
    runner.tryRun(80);
    sleeper.wake(60, () -> calls.add("woken"));
    sleeper.release();
    runner.release();
    assertThat(calls).isEmpty();
    assertThat(budget.used()).isZero();
  }

  private MemoryBudget.Pool pool(String name) {
    MemoryBudget.Pool pool = new MemoryBudget.Pool() {
      @Override
      public void memoryFreed() {
        calls.add("freed: " + name);
      }

      @Override
      public void memoryWanted() {
        calls.add("b lacks: " + name);
      }
    };
    budget.join(pool);
    return pool;
  }
}
