package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.pool.Admission.Limits;
import dev.mayfly.pool.Result.Verdict;
import org.junit.jupiter.api.Test;

/** What requests to components want of the admission beyond those to commands. */
class AdmissionComponentTest {
  private static Limits fresh(int requests) {
    return new Limits(1, 10, 10 * Scene.SECOND, 10 * Scene.SECOND, 0, 32, 30 * Scene.SECOND, false, Scene.MEMORY, requests, 0, 1);
  }

  private static Slot ends(Scene scene, boolean reusable, boolean whole) {
    Ticket ticket = scene.arriveUntimed();
    if (!scene.restores.isEmpty()) {
      scene.restored();
    }
    Slot slot = ticket.slot;
    scene.ended(ticket, reusable, whole);
    return slot;
  }

  @Test
  void aMachineIsResetAfterItsNumberOfRequests() {
    Scene scene = new Scene(fresh(3));
    boolean[] kept = new boolean[7];
    for (int i = 0; i < 7; i++) {
      kept[i] = ends(scene, true, true).kept;
      scene.reset();
    }
    assertThat(kept).containsExactly(true, true, false, true, true, false, true);
    assertThat(scene.stats().resets()).isEqualTo(2);
    assertThat(scene.stats().coldStarts()).isEqualTo(1);
  }

  @Test
  void aMachineWhoseClientLeftIsResetWhateverTheNumberSays() {
    Scene scene = new Scene(fresh(100));
    assertThat(ends(scene, true, true).kept).isTrue();
    scene.reset();
    assertThat(ends(scene, true, false).kept).isFalse();
    scene.reset();
    assertThat(ends(scene, true, true).kept).isTrue();
  }

  @Test
  void aMachineThatIsNotReusableIsClosedWhateverTheNumberSays() {
    Scene scene = new Scene(fresh(100));
    ends(scene, false, false);
    assertThat(scene.closes).hasSize(1);
    assertThat(scene.resets).isEmpty();
  }

  @Test
  void aMachineThatCannotBeKeptIsClosed() {
    Scene scene = new Scene(fresh(100));
    ends(scene, true, true);
    scene.reset(-1);
    assertThat(scene.closes).hasSize(1);
    assertThat(scene.stats().discarded()).isEqualTo(1);
  }

  private static boolean keptAfter(Scene scene, boolean answered) {
    Ticket ticket = scene.arriveUntimed();
    if (!scene.restores.isEmpty()) {
      scene.restored();
    }
    Slot slot = ticket.slot;
    scene.ended(ticket, true, true, answered);
    boolean kept = slot.kept;
    scene.reset();
    return kept;
  }

  @Test
  void noMachineIsKeptOnceAKeptOneHasGivenNoAnswer() {
    Scene scene = new Scene(fresh(100));
    assertThat(keptAfter(scene, true)).isTrue();
    assertThat(keptAfter(scene, false)).as("the second request of an instance").isFalse();
    assertThat(keptAfter(scene, true)).as("from now on each is reset").isFalse();
    assertThat(keptAfter(scene, true)).isFalse();
  }

  @Test
  void aMissingAnswerAfterOneOfAKeptMachineIsTheRequestsOwn() {
    Scene scene = new Scene(fresh(100));
    keptAfter(scene, true);
    keptAfter(scene, true);
    assertThat(keptAfter(scene, false)).isFalse();
    assertThat(keptAfter(scene, true)).isTrue();
  }

  @Test
  void aMissingAnswerOfAFreshMachineSaysNothingOfKeptOnes() {
    Scene scene = new Scene(fresh(100));
    assertThat(keptAfter(scene, false)).isFalse();
    assertThat(keptAfter(scene, true)).isTrue();
  }

  @Test
  void aKeptMachineIsGivenUpByAnEviction() {
    Scene scene = new Scene(fresh(100));
    ends(scene, true, true);
    scene.reset();
    scene.evict(() -> {});
    assertThat(scene.closes).hasSize(1);
  }

  @Test
  void aRunThatKeepsItsOwnTimeIsNotTimedOutButCutOff() {
    Scene scene = new Scene(fresh(1));
    scene.arriveUntimed();
    scene.restored();
    scene.pass(1_000 * Scene.SECOND);
    assertThat(scene.stops).isEmpty();
    scene.stop(() -> {});
    scene.cutOff();
    assertThat(scene.stops).extracting(Action.Stop::verdict).containsExactly(Verdict.STOPPING);
  }

  @Test
  void whoeverLeavesTheQueueTakesItsRestoreAlong() {
    Scene scene = new Scene(fresh(1));
    scene.restoresBegin = false;
    Ticket ticket = scene.arriveUntimed();
    assertThat(scene.restores).hasSize(1);
    assertThat(scene.gone(ticket)).isTrue();
    assertThat(scene.begins()).as("the restore is called off").isNull();
    assertThat(scene.stats().machines()).isZero();
    assertThat(scene.gone(ticket)).isFalse();
  }

  @Test
  void whoeverLeavesWhenServedIsNotInTheQueue() {
    Scene scene = new Scene(fresh(1));
    Ticket ticket = scene.arriveUntimed();
    scene.restored();
    assertThat(scene.gone(ticket)).isFalse();
    scene.ended(ticket, true, false);
    assertThat(scene.resets).hasSize(1);
  }
}
