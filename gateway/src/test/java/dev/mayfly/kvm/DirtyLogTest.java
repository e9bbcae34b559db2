package dev.mayfly.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reset believes: every page that a guest has written is in its machine's log, also after pages were given back. */
class DirtyLogTest {
  /** Programs.COUNT_HIDDEN's. */
  private static final long HIDDEN = 0x1f0_0000L;

  @TempDir
  static Path folder;

  static KvmEngine engine;
  static Snapshot snapshot;

  @BeforeAll
  static void boot() throws Exception {
    engine = Kvm.engine(KvmSettings.defaults().withShells(1));
    snapshot = Kvm.boot(engine, folder, Programs.NOTHING);
  }

  @AfterAll
  static void close() {
    if (engine != null) {
      snapshot.close();
      engine.close();
    }
  }

  private static List<Long> dirty(MachineMemory memory) {
    memory.readLogs();
    List<Long> pages = new ArrayList<>();
    memory.dirtyOwn((from, end) -> {
      for (long at = from; at < end; at += MachineMap.PAGE) {
        pages.add(at);
      }
    });
    return pages;
  }

  @Test
  void aPageIsDirtyOnceItWasWrittenAndStaysSo() throws Exception {
    try (KvmVm vm = (KvmVm) engine.restore(snapshot)) {
      assertThat(Kvm.run(vm, Programs.NOTHING)).isInstanceOf(Outcome.Exited.class);
      assertThat(dirty(vm.memory())).contains(MachineMap.EXCHANGE + 0x1000).doesNotContain(HIDDEN).hasSizeLessThan(200);
      assertThat(vm.memory().dirty(HIDDEN)).isFalse();
      assertThat(vm.reset()).isTrue();
      assertThat(Kvm.run(vm, Programs.COUNT_HIDDEN)).isEqualTo(new Outcome.Exited(1));
      assertThat(dirty(vm.memory())).contains(HIDDEN);
      assertThat(vm.memory().dirty(HIDDEN)).isTrue();
      assertThat(vm.reset()).isTrue();
      assertThat(dirty(vm.memory())).contains(HIDDEN);
      assertThat(vm.memory().dirtyPages()).isEqualTo(dirty(vm.memory()).size());
    }
  }

  @Test
  void whatWasWarmedAndNotWrittenLeavesTheLogOnceAndIsNotedWhenItIsWritten() throws Exception {
    long warmed = MachineMap.HEAP;
    try (KvmVm vm = (KvmVm) engine.restore(snapshot)) {
      assertThat(Kvm.run(vm, Programs.NOTHING)).isInstanceOf(Outcome.Exited.class);
      List<Long> before = dirty(vm.memory());
      assertThat(vm.reset()).isTrue();
      List<Long> after = dirty(vm.memory());
      assertThat(before).containsAll(after).contains(warmed);
      assertThat(after).doesNotContain(warmed).hasSizeLessThan(before.size() / 2);
      assertThat(Kvm.run(vm, Programs.NOTHING)).isInstanceOf(Outcome.Exited.class);
      assertThat(vm.reset()).isTrue();
      assertThat(dirty(vm.memory())).containsAll(after);
    }
  }

  @Test
  void aResetSaysHowManyPagesItHadToPutBack() throws Exception {
    try (KvmVm vm = (KvmVm) engine.restore(snapshot)) {
      assertThat(vm.pagesPutBack()).isZero();
      Kvm.run(vm, Programs.NOTHING);
      assertThat(vm.reset()).isTrue();
      long few = vm.pagesPutBack();
      assertThat(few).isGreaterThanOrEqualTo(dirty(vm.memory()).size());
      Kvm.run(vm, Programs.TOUCH_16M);
      assertThat(vm.reset()).isTrue();
      assertThat(vm.pagesPutBack()).isGreaterThanOrEqualTo(few + (16 << 20) / MachineMap.PAGE);
      assertThat(vm.reset()).isTrue();
      assertThat(vm.pagesPutBack()).as("of a machine that is clean").isZero();
    }
  }

  @Test
  void whatWasGivenBackToTheHostIsNotedAnew() throws Exception {
    try (KvmVm vm = (KvmVm) engine.restore(snapshot)) {
      assertThat(Kvm.run(vm, Programs.TOUCH_16M)).isEqualTo(new Outcome.Exited(1));
      vm.memory().readLogs();
      int touched = vm.memory().framesLog().count();
      assertThat(vm.reset()).isTrue();
      vm.memory().readLogs();
      assertThat(vm.memory().framesLog().count()).isLessThan(touched);
      assertThat(Kvm.run(vm, Programs.TOUCH_16M)).isEqualTo(new Outcome.Exited(1));
      vm.memory().readLogs();
      assertThat(vm.memory().framesLog().count()).isEqualTo(touched);
      assertThat(vm.reset()).isTrue();
    }
  }
}
