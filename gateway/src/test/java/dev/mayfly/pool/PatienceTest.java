package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.pool.Result.Verdict;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private final Patience patience = new Patience(100, 30);

  @Test
  void nothingCountsBeforeItRuns() {
    assertThat(patience.left(1_000)).isEqualTo(Long.MAX_VALUE);
    patience.run(1_000);
    assertThat(patience.left(1_040)).isEqualTo(60);
    assertThat(patience.left(1_100)).isZero();
    assertThat(patience.verdict()).isEqualTo(Verdict.TIMED_OUT);
  }

  @Test
  void theClientsTurnIsNotCounted() {
    patience.run(0);
    patience.stand(40);
    patience.stand(50);
    assertThat(patience.left(10_000)).isEqualTo(Long.MAX_VALUE);
    patience.run(10_000);
    patience.run(10_010);
    assertThat(patience.left(10_010)).isEqualTo(50);
  }

  @Test
  void afterTheHeadEachSilenceCountsByItself() {
    patience.run(0);
    patience.moved(90);
    assertThat(patience.left(90)).as("no head yet").isEqualTo(10);
    patience.head(95);
    assertThat(patience.left(120)).isEqualTo(5);
    patience.moved(120);
    assertThat(patience.left(120)).isEqualTo(30);
    assertThat(patience.verdict()).isEqualTo(Verdict.SILENT);
  }

  @Test
  void afterTheAnswerNothingProlongsTheTime() {
    patience.run(0);
    patience.head(1);
    patience.answered(10);
    patience.moved(20);
    assertThat(patience.left(20)).isEqualTo(20);
  }
}
