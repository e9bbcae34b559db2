package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class VmThreadsTest {
  private final FakeEngine engine = new FakeEngine();
  private final VmThreads threads = new VmThreads(engine, 2);

  @AfterEach
  void close() {
    threads.close();
    threads.close();
  }

  @Test
  void workIsDoneOnNamedPlatformThreadsInTheOrderOfItsFunction() throws Exception {
    List<String> done = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch all = new CountDownLatch(1_000);
    VmThread thread = threads.leastLoaded();
    for (int n = 0; n < 1_000; n++) {
      int number = n;
      thread.submit("f", () -> {
        done.add(Thread.currentThread().getName() + Thread.currentThread().isVirtual() + number);
        all.countDown();
      });
    }
    assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
    for (int n = 0; n < 1_000; n++) {
      assertThat(done.get(n)).isEqualTo("mayfly-vcpu-0false" + n);
    }
  }

  @Test
  void noWakeUpIsLost() throws Exception {
    VmThread thread = threads.leastLoaded();
    for (int n = 0; n < 3_000; n++) {
      CountDownLatch done = new CountDownLatch(1);
      thread.submit("f", done::countDown);
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aPieceThatFailsHoldsUpNobody() throws Exception {
    VmThread thread = threads.leastLoaded();
    CountDownLatch done = new CountDownLatch(1);
    thread.submit("f", () -> {
      throw new IllegalStateException("on purpose");
    });
    thread.submit("f", done::countDown);
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    await().until(() -> thread.load() == 0);
  }

  @Test
  void aSliceGivesWayToAnotherFunctionOnly() throws Exception {
    VmThread thread = threads.leastLoaded();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch way = new CountDownLatch(1);
    thread.submitSlice("spins", () -> {
      begun.countDown();
      awaitGate(way);
    }, way::countDown);
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    thread.submit("spins", () -> {});
    assertThat(way.getCount()).isEqualTo(1);
    CountDownLatch served = new CountDownLatch(1);
    thread.submit("other", served::countDown);
    assertThat(served.await(10, TimeUnit.SECONDS)).isTrue();
    AtomicLong ways = new AtomicLong();
    thread.submitSlice("spins", () -> {}, ways::incrementAndGet);
    await().until(() -> thread.load() == 0);
    thread.submit("other", () -> {});
    assertThat(ways).as("nothing is running").hasValue(0);
  }

  @Test
  void newMachinesGoWhereThereIsLeastToDo() {
    CountDownLatch gate = new CountDownLatch(1);
    VmThread busy = threads.leastLoaded();
    busy.submit("f", () -> awaitGate(gate));
    busy.submit("f", () -> {});
    VmThread other = threads.leastLoaded(); // even in the midst of its housekeeping, which counts as one
    assertThat(other).isNotSameAs(busy);
    gate.countDown();
    await().until(() -> busy.load() == 0);
    busy.machineAdded();
    await("among equals the one with fewer machines").until(() -> threads.leastLoaded() == other);
  }

  @Test
  void theTimerIsNoEarlierAndTakesBack() throws Exception {
    AtomicLong late = new AtomicLong();
    CountDownLatch rang = new CountDownLatch(1);
    long begin = System.nanoTime();
    Runnable cancel = threads.timer().after(60_000_000_000L, () -> late.set(-1));
    threads.timer().after(300_000, () -> {
      late.set(System.nanoTime() - begin);
      rang.countDown();
    });
    cancel.run();
    assertThat(rang.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(late.get()).isGreaterThanOrEqualTo(300_000);
  }

  private static void awaitGate(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
