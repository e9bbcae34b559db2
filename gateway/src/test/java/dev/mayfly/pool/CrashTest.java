package dev.mayfly.pool;

import static dev.mayfly.pool.Scene.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.pool.Result.Verdict;
import dev.mayfly.pool.Ticket.Health;
import org.junit.jupiter.api.Test;

/** When a function that keeps crashing is refused, and when it is taken back. */
final class CrashTest {
  private final Scene scene = new Scene(Scene.limits(4, 10));

  /** One request from its arrival to its end. */
  private Verdict run(Health health) {
    Ticket ticket = scene.arrive();
    if (scene.verdict(ticket) != null) {
      return scene.verdict(ticket);
    }
    if (scene.cold(ticket) == null) {
      scene.restored();
    }
    ended(ticket, health);
    return null;
  }

  private void ended(Ticket ticket, Health health) {
    ticket.health = health;
    scene.ended(ticket, health == Health.SOUND);
    while (!scene.resets.isEmpty()) {
      scene.reset();
    }
    while (!scene.closes.isEmpty()) {
      scene.closed();
    }
  }

  private void crash(int times) {
    for (int n = 0; n < times; n++) {
      assertThat(run(Health.CRASHED)).as("run %d", n).isNull();
    }
  }

  @Test
  void aFunctionWhoseEveryRunCrashesIsRefusedUntilATryIsDue() {
    crash(FunctionPool.CRASHES);
    assertThat(scene.stats().circuitOpen()).isTrue();
    assertThat(run(Health.SOUND)).isEqualTo(Verdict.CIRCUIT_OPEN);
    scene.pass(SECOND + 1);
    assertThat(run(Health.SOUND)).isNull();
  }

  @Test
  void oneSoundRunAmongTheLastKeepsItServed() {
    for (int round = 0; round < 10; round++) {
      crash(FunctionPool.CRASHES - 1);
      assertThat(run(Health.SOUND)).isNull();
    }
    assertThat(scene.stats().circuitOpen()).isFalse();
  }

  @Test
  void whatIsStoppedIsNoCrash() {
    for (int n = 0; n < 2 * FunctionPool.CRASHES; n++) {
      assertThat(run(null)).isNull();
    }
    assertThat(scene.stats().circuitOpen()).isFalse();
  }

  @Test
  void triesThatCrashOpenItAgain() {
    crash(FunctionPool.CRASHES);
    scene.pass(SECOND + 1);
    crash(3);
    assertThat(run(Health.SOUND)).isEqualTo(Verdict.CIRCUIT_OPEN);
  }

  @Test
  void oneSoundTryAmongCrashesClosesIt() {
    crash(FunctionPool.CRASHES);
    scene.pass(SECOND + 1);
    crash(2);
    assertThat(run(Health.SOUND)).isNull();
    crash(FunctionPool.CRASHES - 1);
    assertThat(scene.stats().circuitOpen()).isFalse();
  }

  @Test
  void tryThatShowsNothingMakesRoomForAnother() {
    crash(FunctionPool.CRASHES);
    scene.pass(SECOND + 1);
    for (int n = 0; n < 10; n++) {
      assertThat(run(null)).as("a stopped run").isNull();
      Ticket leaves = scene.arrive();
      assertThat(scene.verdict(leaves)).isNull();
      assertThat(scene.gone(leaves)).isTrue();
    }
    assertThat(run(Health.SOUND)).isNull();
  }

  @Test
  void noMoreAreLetInAtOnceThanAreTried() {
    crash(FunctionPool.CRASHES);
    scene.pass(SECOND + 1);
    for (int n = 0; n < 3; n++) {
      assertThat(scene.verdict(scene.arrive())).isNull();
    }
    assertThat(scene.verdict(scene.arrive())).isEqualTo(Verdict.CIRCUIT_OPEN);
  }
}
