package dev.mayfly.kvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageTablesTest {
  private static final long TOP = MachineMap.DATA;
  private static final long TABLE = 0x67;
  private static final long LARGE = 0xe7;

  private final MachineMemory memory = new MachineMemory(new GuestMemory(MachineMap.OWN_END - MachineMap.OWN, false), null);

  @AfterEach
  void close() {
    memory.close();
  }

  private void entry(long table, int index, long value) {
    memory.at(table, MachineMap.PAGE).set(JAVA_LONG_UNALIGNED, index * 8L, value);
  }

  private static int page(long address) {
    return (int) (address / MachineMap.PAGE);
  }

  private static int[] tops(int... more) {
    return java.util.stream.IntStream.concat(java.util.stream.IntStream.range(page(TOP), page(TOP) + 8), java.util.stream.IntStream.of(more)).toArray();
  }

  @Test
  void emptyWindowsHaveTheirTopTablesOnly() {
    assertThat(PageTables.walk(memory, TOP)).isEqualTo(tops());
  }

  @Test
  void tablesAreFoundThroughAllLevels() {
    entry(TOP + 0x7000, 511, 0x140_0000 | TABLE);
    entry(0x140_0000, 5, 0x140_2000 | TABLE);
    entry(0x140_0000, 6, 0x140_1000 | TABLE);
    entry(0x140_2000, 0, 0x140_3000 | TABLE); // a page, not a table
    assertThat(PageTables.walk(memory, TOP)).isEqualTo(tops(0x1400, 0x1401, 0x1402));
  }

  @Test
  void largePagesAndAbsentEntriesAreNoTables() {
    entry(TOP, 0, 0x140_0000 | LARGE);
    entry(TOP, 1, 0x140_1000);
    assertThat(PageTables.walk(memory, TOP)).isEqualTo(tops());
  }

  @Test
  void tablesOutsideTheMachinesOwnMemoryArePassedOver() {
    entry(TOP, 0, MachineMap.SHARED | TABLE);
    entry(TOP, 1, MachineMap.IMAGE | TABLE);
    entry(TOP, 2, MachineMap.FUNCTION_FRAMES | TABLE);
    entry(TOP, 3, 0x000f_ffff_ffff_f000L | TABLE);
    assertThat(PageTables.walk(memory, TOP)).isEqualTo(tops());
  }

  @Test
  void theFunctionsFramesAreWalkedOnceTheyAreThere() {
    memory.frames(new GuestMemory(MachineMap.HUGE, false), null);
    entry(TOP, 2, MachineMap.FUNCTION_FRAMES | TABLE);
    entry(TOP, 3, MachineMap.FUNCTION_FRAMES + MachineMap.HUGE | TABLE);
    assertThat(PageTables.walk(memory, TOP)).isEqualTo(tops(page(MachineMap.FUNCTION_FRAMES)));
  }

  @Test
  void circlesEnd() {
    for (int i = 0; i < 512; i++) {
      entry(TOP, i, TOP | TABLE);
      entry(TOP + 0x1000, i, TOP + 0x1000 | TABLE);
    }
    assertThat(PageTables.walk(memory, TOP)).isEqualTo(tops());
  }

  @Test
  void moreTablesThanTheLimitAreTooMany() {
    memory.frames(new GuestMemory(MachineMap.hugeUp((PageTables.LIMIT + 512L) * MachineMap.PAGE), false), null);
    int table = 0;
    for (int i = 0; i < 17; i++) {
      long middle = 0x140_0000 + i * 4096L;
      entry(TOP, i, middle | TABLE);
      for (int k = 0; k < 512 && table < PageTables.LIMIT; k++) {
        entry(middle, k, MachineMap.FUNCTION_FRAMES + (long) table++ * MachineMap.PAGE | TABLE);
      }
    }
    assertThat(PageTables.walk(memory, TOP)).isNull();
  }

  @Test
  void whatTheProcessorNotesIsNoDifference() {
    entry(0x140_0000, 7, 0x140_5007);
    entry(0x140_1000, 7, 0x140_5067);
    assertThat(same()).isTrue();
    entry(0x140_1000, 500, 1);
    assertThat(same()).isFalse();
    entry(0x140_0000, 500, 1);
    assertThat(same()).isTrue();
    entry(0x140_0000, 7, 0x140_6007);
    assertThat(same()).isFalse();
  }

  private boolean same() {
    return PageTables.same(memory.at(0x140_0000, MachineMap.PAGE), memory.at(0x140_1000, MachineMap.PAGE));
  }
}
