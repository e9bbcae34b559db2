package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private static final Object ONE = "one";
  private static final Object OTHER = "other";

  private final Answers answers = new Answers();
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void calm() {
    for (int i = 0; i < Answers.CALM; i++) {
      answers.ran(1_000);
    }
  }

  @Test
  void anAnswerWaitsWhileShortWorkOfItsFunctionFollows() {
    ready(ONE, "a", 0);
    answers.before(ONE, false, 10);
    assertThat(told).isEmpty();
    answers.tell();
    assertThat(told).containsExactly("a");
  }

  @Test
  void theyAreToldInTheirOrderWhenThereAreEnough() {
    for (int i = 0; i < Answers.MOST; i++) {
      assertThat(told).isEmpty();
      ready(ONE, "answer " + i, i);
    }
    assertThat(told).hasSize(Answers.MOST).isSorted();
  }

  @Test
  void nothingWaitsForAnotherFunction() {
    ready(ONE, "a", 0);
    answers.before(OTHER, false, 10);
    assertThat(told).containsExactly("a");
  }

  @Test
  void nothingWaitsForWhatTakesLong() {
    ready(ONE, "a", 0);
    answers.before(ONE, true, 10);
    assertThat(told).containsExactly("a");
  }

  @Test
  void nothingWaitsLong() {
    ready(ONE, "a", 0);
    answers.before(ONE, false, Answers.LONGEST_NANOS);
    assertThat(told).containsExactly("a");
  }

  @Test
  void afterALongRunNothingWaitsUntilManyWereShort() {
    answers.ran(Answers.SHORT_NANOS);
    for (int i = 1; i < Answers.CALM; i++) {
      answers.ran(1_000);
    }
    ready(ONE, "a", 0);
    answers.before(ONE, false, 10);
    assertThat(told).containsExactly("a");
    answers.ran(1_000);
    ready(ONE, "b", 0);
    answers.before(ONE, false, 10);
    assertThat(told).containsExactly("a");
  }

  @Test
  void oneThatCannotBeToldHoldsUpNoOther() {
    answers.add(ONE, () -> {
      throw new IllegalStateException("a client that fails");
    }, 0);
    ready(ONE, "b", 0);
    answers.tell();
    answers.tell();
    assertThat(told).containsExactly("b");
  }

  private void ready(Object function, String answer, long now) {
    answers.add(function, () -> told.add(answer), now);
  }
}
