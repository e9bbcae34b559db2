package dev.mayfly.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String COUNTS = "HashOwner,HashApp,HashFunction,Trigger,1,2,3\n";
  private static final String DURATIONS = String.join(",", Format.DURATIONS_HEADER) + "\n";
  private static final String INVOCATIONS = "app,func,end_timestamp,duration\n";
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static List<Arrival> all(Trace trace, Replay replay, BadRows bad) {
    List<Arrival> all = new ArrayList<>();
    try (Arrivals arrivals = trace.replay(replay, bad)) {
      arrivals.forEachRemaining(all::add);
    }
    return all;
  }

  private List<Arrival> all(String name, String text, Replay replay) throws IOException {
    return all(Trace.of(List.of(file(name, text))), replay, BadRows.refused());
  }

  @Test
  void everyMinuteHasItsInvocationsInOrderOfTime() throws IOException {
    List<Arrival> all = all("c.d01.csv", COUNTS + "o,a,f,http,2,0,5\no,a,g,timer,1,3,0\n", Replay.WHOLE);
    assertThat(all).hasSize(11).isSortedAccordingTo((a, b) -> Long.compare(a.atNanos(), b.atNanos()));
    assertThat(all.stream().filter(a -> a.function().function().equals("f")).map(a -> a.atNanos() / (60 * SECOND))).containsExactly(0L, 0L, 2L, 2L, 2L, 2L, 2L);
    assertThat(all.stream().filter(a -> a.function().function().equals("g")).map(a -> a.atNanos() / (60 * SECOND))).containsExactly(0L, 1L, 1L, 1L);
    assertThat(all).allMatch(a -> a.durationNanos() == Arrival.UNKNOWN);
    assertThat(all.getFirst().function().owner()).isEqualTo("o");
  }

  @Test
  void theSameSeedGivesTheSameInvocationsAndAnotherSeedOthers() throws IOException {
    Trace trace = Trace.of(List.of(file("c.csv", COUNTS + "o,a,f,http,20,20,20\n")));
    assertThat(all(trace, Replay.WHOLE, BadRows.refused())).isEqualTo(all(trace, Replay.WHOLE, BadRows.refused()))
        .isNotEqualTo(all(trace, Replay.WHOLE.withSeed(2), BadRows.refused()));
  }

  @Test
  void evenSpreadLeavesEqualGaps() throws IOException {
    assertThat(all("c.csv", COUNTS + "o,a,f,http,2,0,1\n", Replay.WHOLE.spreadEvenly())).extracting(Arrival::atNanos)
        .containsExactly(15 * SECOND, 45 * SECOND, 150 * SECOND);
  }

  @Test
  void speedDividesTimesAndAWindowBeginsAtZero() throws IOException {
    String text = COUNTS + "o,a,f,http,2,2,2\n";
    Replay even = Replay.WHOLE.spreadEvenly();
    assertThat(all("c.csv", text, even.withSpeed(60))).extracting(Arrival::atNanos)
        .containsExactly(SECOND / 4, SECOND * 3 / 4, SECOND * 5 / 4, SECOND * 7 / 4, SECOND * 9 / 4, SECOND * 11 / 4);
    assertThat(all("c.csv", text, even.withWindow(Duration.ofSeconds(30), Duration.ofSeconds(60)))).extracting(Arrival::atNanos)
        .containsExactly(15 * SECOND, 45 * SECOND);
  }

  @Test
  void aWindowOfTheTraceIsTheSameWhateverCameBefore() throws IOException {
    Trace trace = Trace.of(List.of(file("c.csv", COUNTS + "o,a,f,http,9,9,9\n")));
    List<Long> whole = all(trace, Replay.WHOLE, BadRows.refused()).stream().map(a -> a.atNanos() - 60 * SECOND).filter(at -> at >= 0).toList();
    assertThat(all(trace, Replay.WHOLE.withWindow(Duration.ofSeconds(60), Duration.ofDays(1)), BadRows.refused())).extracting(Arrival::atNanos)
        .isEqualTo(whole);
  }

  @Test
  void aShareIsKeptOfEachFunction() throws IOException {
    List<Arrival> all = all("c.csv", COUNTS + "o,a,f,http,10000,0,0\no,a,g,http,0,1000,0\n", Replay.WHOLE.withKeep(0.1));
    assertThat(all.stream().filter(a -> a.function().function().equals("f")).count()).isBetween(850L, 1150L);
    assertThat(all.stream().filter(a -> a.function().function().equals("g")).count()).isBetween(50L, 150L);
  }

  @Test
  void daysFollowEachOtherByTheirNumbers() throws IOException {
    file("counts.d02.csv", COUNTS + "o,a,f,http,0,1,0\n");
    file("counts.d10.csv", COUNTS + "o,a,f,http,0,0,1\n");
    file("counts.d01.csv", COUNTS + "o,a,f,http,1,0,0\n");
    List<Arrival> all = all(Trace.of(List.of(folder)), Replay.WHOLE.spreadEvenly(), BadRows.refused());
    assertThat(all).extracting(a -> Duration.ofNanos(a.atNanos()).toMinutes()).containsExactly(0L, 24 * 60 + 1L, 2 * 24 * 60 + 2L);
    assertThat(all(Trace.of(List.of(folder)), Replay.WHOLE.withWindow(Duration.ofDays(1), Duration.ofDays(1)), BadRows.refused())).hasSize(1);
  }

  @Test
  void durationsAreDrawnFromThePercentilesOfTheirDay() throws IOException {
    file("counts.d01.csv", COUNTS + "o,a,f,http,1000,0,0\no,a,g,http,1,0,0\n");
    file("durations.d01.csv", DURATIONS + "o,a,f,50,1000,1,900,1,2,10,50,100,500,900\n");
    List<Long> millis = all(Trace.of(List.of(folder)), Replay.WHOLE, BadRows.refused()).stream().filter(a -> a.function().function().equals("f"))
        .map(a -> a.durationNanos() / 1_000_000).sorted().toList();
    assertThat(millis.get(500).doubleValue()).isCloseTo(50, within(12.0));
    assertThat(millis.get(250).doubleValue()).isCloseTo(10, within(4.0));
    assertThat(millis.getFirst()).isGreaterThanOrEqualTo(1L);
    assertThat(millis.getLast()).isBetween(100L, 900L);
  }

  @Test
  void invocationsBeginWhenTheyEndLessTheirDuration() throws IOException {
    List<Arrival> all = all("i.txt", INVOCATIONS + "a,f,10.5,0.5\na,g,12,3\na,f,11,0\nb,f,1,5\n", Replay.WHOLE);
    assertThat(all).extracting(Arrival::atNanos).containsExactly(0L, 9 * SECOND, 10 * SECOND, 11 * SECOND);
    assertThat(all).extracting(a -> a.function().id()).containsExactly("/b/f", "/a/g", "/a/f", "/a/f");
    assertThat(all.get(1).durationNanos()).isEqualTo(3 * SECOND);
  }

  @Test
  void rowsOutOfOrderAreSortedWithinTheWindowAndBadBeyondIt() throws IOException {
    StringBuilder text = new StringBuilder(INVOCATIONS);
    for (int row = 0; row < InvocationArrivals.WINDOW + 10; row++) {
      text.append("a,f,").append(1000 + row).append(",0\n");
    }
    text.append("a,late,5,0\n");
    BadRows bad = BadRows.skipped();
    List<Arrival> all = all(Trace.of(List.of(file("i.txt", text.toString()))), Replay.WHOLE, bad);
    assertThat(all).hasSize(InvocationArrivals.WINDOW + 10);
    assertThat(bad.first()).singleElement().hasToString("i.txt:" + (InvocationArrivals.WINDOW + 12) + ": begins earlier than a row that stands more than "
        + InvocationArrivals.WINDOW + " rows before it");
  }

  @Test
  void badRowsAreCountedAndNamedAndTheRestIsReplayed() throws IOException {
    String text = COUNTS + "o,a,f,http,1,1\no,a,g,http,1,-1,0\no,a,h,http,1,0,0\no,a,h,http,1,0,0\no,a,i,http,1,0,0,0\n,a,j,http,1,0,0\no,a,k,http,1,0,99999999999\n\n"
        + "x".repeat(Lines.LONGEST + 5) + "\n";
    BadRows bad = BadRows.skipped();
    assertThat(all(Trace.of(List.of(file("c.csv", text))), Replay.WHOLE, bad)).hasSize(1);
    assertThat(bad.count()).isEqualTo(8);
    assertThat(bad.first()).extracting(BadRow::toString).containsExactly(
        "c.csv:2: has 6 fields instead of 7",
        "c.csv:3: field 6 (2) is '-1', not a whole number from 0 to 2147483647",
        "c.csv:5: the function stands in the file already",
        "c.csv:6: has more than 7 fields",
        "c.csv:7: field 1 (HashOwner) is '', not a name of 1 to 256 characters",
        "c.csv:8: field 7 (3) is '99999999999', not a whole number from 0 to 2147483647",
        "c.csv:9: field 1 (HashOwner) is '', not a name of 1 to 256 characters",
        "c.csv:10: is longer than 32768 characters");
  }

  @Test
  void onlyTheFirstBadRowsAreNamedButAllAreCounted() throws IOException {
    BadRows bad = BadRows.skipped();
    assertThat(all(Trace.of(List.of(file("i.txt", INVOCATIONS + "a,f,NaN,1\n".repeat(50)))), Replay.WHOLE, bad)).isEmpty();
    assertThat(bad.count()).isEqualTo(50);
    assertThat(bad.first()).hasSize(BadRows.NAMED);
  }

  @Test
  void aBadRowIsRefusedWhereThatIsAskedFor() throws IOException {
    Trace trace = Trace.of(List.of(file("i.txt", INVOCATIONS + "a,f,1,1\na,f,two,1\n")));
    assertThatThrownBy(() -> all(trace, Replay.WHOLE, BadRows.refused())).isInstanceOf(TraceException.class)
        .hasMessageContaining("i.txt:3: field 3 (end_timestamp) is 'two'");
  }

  @Test
  void durationsThatFallAreBad() throws IOException {
    file("counts.d01.csv", COUNTS + "o,a,f,http,1,0,0\n");
    file("durations.d01.csv", DURATIONS + "o,a,f,50,1000,1,900,1,2,10,50,40,500,900\n");
    BadRows bad = BadRows.skipped();
    assertThat(all(Trace.of(List.of(folder)), Replay.WHOLE, bad)).singleElement().extracting(Arrival::durationNanos).isEqualTo(Arrival.UNKNOWN);
    assertThat(bad.first()).singleElement().hasToString("durations.d01.csv:2: its percentiles do not rise");
  }

  @Test
  void packedFilesCarriageReturnsAndByteOrderMarksAreRead() throws IOException {
    Path packed = folder.resolve("i.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(("\u00ef\u00bb\u00bf" + INVOCATIONS.strip() + "\r\na,f,1,1\r\n").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }
    assertThat(all(Trace.of(List.of(packed)), Replay.WHOLE, BadRows.refused())).hasSize(1);
  }

  @Test
  void whatIsNoTraceIsSaid() throws IOException {
    assertThatThrownBy(() -> Trace.of(List.of(file("x.csv", "a,b\u0007,c\n1,2,3\n")))).hasMessageContaining("x.csv:1: not the header of a trace: 'a,b?,c'");
    assertThatThrownBy(() -> Trace.of(List.of(file("e.csv", "")))).hasMessageContaining("not the header of a trace");
    assertThatThrownBy(() -> Trace.of(List.of(folder.resolve("none")))).hasMessageContaining("cannot read the trace");
    assertThatThrownBy(() -> Trace.of(List.of(file("d.csv", DURATIONS)))).hasMessageContaining("no file of invocations");
    assertThatThrownBy(() -> Trace.of(List.of(file("a.csv", COUNTS), file("b.csv", COUNTS)))).hasMessageContaining("both of day 1");
    assertThatThrownBy(() -> Trace.of(List.of(file("a.csv", COUNTS), file("i.csv", INVOCATIONS)))).hasMessageContaining("one of the two is needed");
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> Replay.WHOLE.withSpeed(0)).hasMessageContaining("0.000001 to 1000000");
    assertThatThrownBy(() -> Replay.WHOLE.withKeep(1.1)).hasMessageContaining("at most 1");
    assertThatThrownBy(() -> Replay.WHOLE.withWindow(Duration.ofSeconds(-1), Duration.ofSeconds(1))).hasMessageContaining("0 or more");
    assertThatThrownBy(() -> Replay.WHOLE.withWindow(Duration.ZERO, Duration.ZERO)).hasMessageContaining("more than 0");
  }

  @Test
  void aReplayThatWasClosedHasNoMore() throws IOException {
    Path counts = file("c.csv", COUNTS + "o,a,f,http,2,0,5\n");
    Path single = file("i.txt", INVOCATIONS + "a,f,1,1\n");
    for (Path path : List.of(counts, single)) {
      Arrivals arrivals = Trace.of(List.of(path)).replay(Replay.WHOLE, BadRows.refused());
      assertThat(arrivals.hasNext()).isTrue();
      arrivals.close();
      arrivals.close();
      assertThat(arrivals.hasNext()).isFalse();
    }
  }
}
