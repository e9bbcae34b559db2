package dev.mayfly.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageMapTest {
  private static final long PAGE = MachineMap.PAGE;
  private static final long SIZE = 8L << 20;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pagesThatWereWrittenExistAndOthersDoNot(boolean scan) {
    try (PageMap map = new PageMap(scan); GuestMemory memory = new GuestMemory(SIZE, false)) {
      long[] written = LongStream.concat(LongStream.of(0, 3, 4, 5), LongStream.range(100, 700).map(i -> i * 2)).toArray(); // more than one answer holds
      for (long page : written) {
        memory.bytes().set(JAVA_BYTE, page * PAGE, (byte) 1);
      }
      assertThat(pages(map, memory, 0, SIZE)).containsExactly(LongStream.of(written).boxed().toArray(Long[]::new));
      assertThat(pages(map, memory, 4 * PAGE, 200 * PAGE)).containsExactly(4L, 5L);
      assertThat(pages(map, memory, PAGE, PAGE)).isEmpty();
      assertThat(map.bytes(memory, 0, SIZE)).isEqualTo(written.length * PAGE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPageThatWasOnlyReadNeedNotBeNamedAndOneWrittenThenMust(boolean scan) {
    try (PageMap map = new PageMap(scan); GuestMemory memory = new GuestMemory(SIZE, false)) {
      assertThat(memory.bytes().get(JAVA_BYTE, 7 * PAGE)).isZero();
      assertThat(pages(map, memory, 0, SIZE)).isSubsetOf(7L);
      memory.bytes().set(JAVA_BYTE, 7 * PAGE, (byte) 1);
      assertThat(pages(map, memory, 0, SIZE)).containsExactly(7L);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void populatedPagesExistAndAreZero(boolean scan) {
    try (PageMap map = new PageMap(scan); GuestMemory memory = new GuestMemory(SIZE, false)) {
      memory.populate(PAGE, 2 * PAGE);
      assertThat(pages(map, memory, 0, SIZE)).containsExactly(1L, 2L);
      assertThat(KvmSnapshot.isZero(memory.bytes().asSlice(PAGE, PAGE))).isTrue();
    }
  }

  private static List<Long> pages(PageMap map, GuestMemory memory, long from, long end) {
    List<Long> pages = new ArrayList<>();
    map.existing(memory, from, end, (a, b) -> LongStream.range(a / PAGE, b / PAGE).forEach(pages::add));
    return pages;
  }
}
