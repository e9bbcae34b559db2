package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configuration.SnapshotPoint;
import dev.mayfly.function.BootPlan.Attempt;
import dev.mayfly.function.BootPlan.Next;
import dev.mayfly.function.BootPlan.Reason;
import dev.mayfly.function.BootPlan.Verdict;
import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Boot.Failure.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BootPlanTest {
  private static final long LIMIT = 10_000_000_000L;
  private static final Boot READY = new Boot(false, 0, LIMIT);
  private static final Boot START = new Boot(true, 0, LIMIT);

  private final List<Attempt> past = new ArrayList<>();
  private SnapshotPoint point = SnapshotPoint.READY;

  @Test
  void aProgramThatReadsNoClockIsBootedOnce() {
    assertThat(next()).isEqualTo(new Next.Try(READY));
    ready(READY, 0, 0);
    assertThat(next()).isEqualTo(new Next.Take(new Verdict(Reason.AS_ASKED, "", 0)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 17})
  void aProgramThatReadsTheClockIsBootedAgainUpToItsLastRead(int reads) {
    ready(READY, reads, 3);
    assertThat(next()).isEqualTo(new Next.Try(stopAt(reads)));
    ready(stopAt(reads), reads - 1, 2);
    assertThat(next()).isEqualTo(new Next.Take(new Verdict(Reason.AS_ASKED, "", 2)));
  }

  @Test
  void aSecondBootThatComesToItsReadyPointEarlierIsFollowed() {
    ready(READY, 5, 0);
    ready(stopAt(5), 3, 0);
    assertThat(next()).isEqualTo(new Next.Try(stopAt(3)));
    ready(stopAt(3), 2, 0);
    assertThat(next()).isEqualTo(new Next.Take(new Verdict(Reason.AS_ASKED, "", 0)));
  }

  @Test
  void aSecondBootThatReadsNoClockAtAllHasNothingStale() {
    ready(READY, 5, 0);
    ready(stopAt(5), 0, 0);
    assertThat(next()).isEqualTo(new Next.Take(new Verdict(Reason.AS_ASKED, "", 0)));
  }

  @Test
  void aProgramThatStartsDifferentlyEachTimeIsTakenAtItsStart() {
    ready(READY, 90, 0);
    for (int reads = 80; past.size() < BootPlan.TRIES; reads -= 10) {
      int before = ((Attempt.Ready) past.getLast()).wallReads();
      assertThat(next()).isEqualTo(new Next.Try(stopAt(before)));
      ready(stopAt(before), reads, 0);
    }
    assertThat(next()).isEqualTo(new Next.Try(START));
    ready(START, 0, 0);
    assertThat(next()).isEqualTo(new Next.Take(new Verdict(Reason.DIFFERS, "", 0)));
  }

  @Test
  void aSnapshotAtTheStartIsTakenAtOnce() {
    point = SnapshotPoint.START;
    assertThat(next()).isEqualTo(new Next.Try(START));
    ready(START, 0, 0);
    assertThat(next()).isEqualTo(new Next.Take(new Verdict(Reason.AS_ASKED, "", 0)));
  }

  @ParameterizedTest
  @CsvSource({"TRAPPED,TRAPPED", "TOO_LONG,TOO_LONG"})
  void aBootThatTrapsOrTakesTooLongIsAFunctionAllTheSame(Kind kind, Reason reason) {
    failed(READY, kind, "unreachable");
    assertThat(next()).isEqualTo(new Next.Try(START));
    ready(START, 0, 0);
    assertThat(next()).isEqualTo(new Next.Take(new Verdict(reason, "unreachable", 0)));
  }

  @Test
  void soIsOneWhoseSecondBootTraps() {
    ready(READY, 2, 0);
    failed(stopAt(2), Kind.TRAPPED, "unreachable");
    assertThat(next()).isEqualTo(new Next.Try(START));
    ready(START, 0, 0);
    assertThat(next()).isEqualTo(new Next.Take(new Verdict(Reason.TRAPPED, "unreachable", 0)));
  }

  @Test
  void anImageThatCannotBeAFunctionFailsWithItsReason() {
    failed(READY, Kind.REFUSED, "unknown import");
    assertThat(next()).isEqualTo(new Next.Fail("unknown import"));
  }

  @Test
  void aMachineThatBreaksIsNotTheProgramsFault() {
    failed(READY, Kind.BROKEN, "EIO");
    assertThat(next()).isEqualTo(new Next.Fail("its machine failed while it booted: EIO"));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aBootAtTheStartThatFailsIsFinal(Kind kind) {
    point = SnapshotPoint.START;
    failed(START, kind, "reason");
    assertThat(next()).isInstanceOfSatisfying(Next.Fail.class, f -> assertThat(f.message()).endsWith("reason"));
  }

  /** Whatever the boots come to, there is an end. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1000, Integer.MAX_VALUE})
  void aGuestThatLiesAboutItsReadsIsNotBootedForEver(int reads) {
    for (int boots = 0; next() instanceof Next.Try(Boot boot); boots++) {
      assertThat(boots).isLessThanOrEqualTo(BootPlan.TRIES);
      ready(boot, boot.atStart() ? 0 : reads, 0);
    }
    assertThat(next()).isInstanceOf(Next.Take.class);
  }

  private Next next() {
    return new BootPlan(point, LIMIT).next(past);
  }

  private void ready(Boot boot, int wallReads, int randomDraws) {
    past.add(new Attempt.Ready(boot, wallReads, randomDraws));
  }

  private void failed(Boot boot, Kind kind, String message) {
    past.add(new Attempt.Failed(boot, kind, message));
  }

  private static Boot stopAt(int read) {
    return new Boot(false, read, LIMIT);
  }
}
