package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.function.BootPlan.Reason;
import dev.mayfly.function.BootPlan.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BootNotesTest {
  @Test
  void aSnapshotAsAskedForWithoutRandomnessIsNotWorthAWord() {
    assertThat(notes(Reason.AS_ASKED, 0, true)).isEmpty();
  }

  @Test
  void aGoProgramIsToldWhichOfItsPackagesRepeats() {
    assertThat(notes(Reason.AS_ASKED, 1, true)).singleElement().asString()
        .contains("math/rand gives the same sequence in every request", "crypto/rand does not", "snapshot: start avoids it");
  }

  @Test
  void anotherProgramIsNotAccusedOfGo() {
    assertThat(notes(Reason.AS_ASKED, 1, false)).singleElement().asString().contains("same sequence in every request", "snapshot: start").doesNotContain("rand ");
  }

  @Test
  void aSnapshotThatIsNotWhereItWasAskedForSaysWhyAndWhatFollows() {
    assertThat(notes(Reason.TRAPPED, 0, false)).singleElement().asString().contains("trapped", "unreachable", "at the start", "502");
    assertThat(notes(Reason.TOO_LONG, 0, false)).singleElement().asString().contains("within boot: 10s", "at the start");
    assertThat(notes(Reason.DIFFERS, 0, false)).singleElement().asString().contains("clock", "at the start");
  }

  private static List<String> notes(Reason reason, int randomDraws, boolean go) {
    return BootNotes.of(new Verdict(reason, "unreachable", randomDraws), Duration.ofSeconds(10), go);
  }
}
