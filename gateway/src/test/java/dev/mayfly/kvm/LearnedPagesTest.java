package dev.mayfly.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Vm;
import dev.mayfly.vm.WorkingSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;


/** What requests write is learned from the first ones, told once, and known the next time. */
class LearnedPagesTest {
  @TempDir
  static Path folder;

  static KvmEngine engine;

  @BeforeAll
  static void open() throws Exception {
    engine = Kvm.engine(KvmSettings.defaults().withShells(1));
  }

  @AfterAll
  static void close() {
    if (engine != null) {
      engine.close();
    }
  }

  private static void requests(Vm vm, Program program, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(Kvm.run(vm, program)).isInstanceOf(Outcome.Exited.class);
      assertThat(vm.reset()).isTrue();
    }
  }

  @Test
  void itIsLearnedFromTheFirstRequestsAndToldOnce() throws Exception {
    try (Snapshot snapshot = Kvm.boot(engine, folder, Programs.NOTHING); Vm vm = engine.restore(snapshot)) {
      List<byte[]> told = Collections.synchronizedList(new ArrayList<>());
      snapshot.learn(null, told::add);
      assertThat(snapshot.workingSet()).isEmpty();
      requests(vm, Programs.NOTHING, LearnedPages.REQUESTS - 1);
      int without = snapshot.workingSet().map(WorkingSet::pages).orElseThrow();
      requests(vm, Programs.COUNT_HIDDEN, 1);
      assertThat(snapshot.workingSet().map(WorkingSet::pages)).hasValue(without + 1);
      await().until(() -> told.size() == 1);
      requests(vm, Programs.TOUCH_16M, 1);
      assertThat(snapshot.workingSet().map(WorkingSet::requests)).hasValue(LearnedPages.REQUESTS);
      assertThat(snapshot.workingSet().map(WorkingSet::pages)).as("no more than was told").hasValue(without + 1);
      assertThat(told).hasSize(1);

      LearnedPages next = new LearnedPages();
      next.begin(told.getFirst(), bytes -> {});
      assertThat(next.requests()).isEqualTo(LearnedPages.REQUESTS);
      assertThat(next.count()).isEqualTo(without + 1);
      assertThat(next.has(0x1f00)).isTrue();
      assertThat(next.learn(null)).as("nothing more to learn").isNull();
    }
  }

  @Test
  void aMachineKeepsInItsLogWhatIsKnownToBeWritten() throws Exception {
    long warmed = MachineMap.HEAP;
    byte[] known = {1, 0, 0, 0, 16, 0, 0, 0, 0x50, 0x12, 0, 0};
    assertThat(warmed / MachineMap.PAGE).isEqualTo(0x1250);
    try (Snapshot snapshot = Kvm.boot(engine, folder, Programs.NOTHING)) {
      snapshot.learn(known, bytes -> {});
      try (KvmVm vm = (KvmVm) engine.restore(snapshot)) {
        requests(vm, Programs.NOTHING, 1);
        vm.memory().readLogs();
        assertThat(vm.memory().dirty(warmed)).isTrue();
        assertThat(vm.memory().dirty(warmed + MachineMap.PAGE)).isFalse();
      }
    }
  }

  @Test
  void whatIsNoWorkingSetIsPassedOver() {
    for (byte[] damaged : List.of(new byte[0], new byte[7], new byte[] {2, 0, 0, 0, 16, 0, 0, 0}, new byte[] {1, 0, 0, 0, 3, 0, 0, 0},
        new byte[] {1, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, -1}, new byte[] {1, 0, 0, 0, 16, 0, 0, 0, 1, 2})) {
      LearnedPages pages = new LearnedPages();
      pages.begin(damaged, bytes -> {});
      assertThat(pages.requests()).isZero();
      assertThat(pages.count()).isZero();
    }
  }
}
