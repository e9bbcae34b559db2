package dev.mayfly.pool;

import static dev.mayfly.pool.Scene.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.pool.Result.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One test for each transition and each race that {@link Admission} numbers. */
class AdmissionTest {
  private final AtomicInteger done = new AtomicInteger();

  @Test
  void theFirstRequestWaitsForARestoreAndIsCold() {
    Scene scene = new Scene(Scene.limits(2, 10));
    Ticket ticket = scene.arrive();
    assertThat(scene.restores).hasSize(1);
    assertThat(scene.served).isEmpty();
    scene.restored();
    assertThat(scene.cold(ticket)).isTrue();
  }

  @Test
  void theNextRequestTakesTheMachineThatWasResetAndIsWarm() {
    Scene scene = new Scene(Scene.limits(2, 10));
    scene.warmUp(1);
    Ticket ticket = scene.arrive();
    assertThat(scene.cold(ticket)).isFalse();
    assertThat(scene.restores).isEmpty();
  }

  @Test
  void aBurstOfFirstRequestsRestoresAsManyAsConcurrencyAllowsAndQueuesTheRest() {
    Scene scene = new Scene(Scene.limits(4, 1_000));
    List<Ticket> burst = Stream.generate(scene::arrive).limit(300).toList();
    assertThat(scene.restores).hasSize(4);
    assertThat(scene.refused).isEmpty();
    while (!scene.restores.isEmpty()) {
      scene.restored();
    }
    for (int n = 0; n < burst.size(); n++) {
      scene.ended(scene.served.get(n).ticket());
      scene.reset();
    }
    assertThat(scene.served).extracting(Action.Serve::ticket).containsExactlyElementsOf(burst);
    assertThat(scene.stats().coldStarts()).isEqualTo(4);
    assertThat(scene.stats().warmStarts()).isEqualTo(296);
  }

  @Test
  void race1AMachineThatGetsFreeServesTheRequestForWhichAnotherIsBeingRestored() {
    Scene scene = new Scene(Scene.limits(2, 10));
    Ticket first = scene.arrive();
    scene.restored();
    Ticket second = scene.arrive();
    assertThat(scene.restores).hasSize(1);
    scene.ended(first);
    scene.reset();
    assertThat(scene.cold(second)).isFalse();
    scene.restored();
    assertThat(scene.stats().warm()).isEqualTo(1);
    Ticket third = scene.arrive();
    assertThat(scene.cold(third)).as("it waited for no restore").isFalse();
  }

  @Test
  void race1ARestoreThatHasNotBegunIsCalledOffWhenNobodyNeedsItAnyMore() {
    Scene scene = new Scene(Scene.limits(8, 100));
    scene.restoresBegin = false;
    List<Ticket> burst = Stream.generate(scene::arrive).limit(8).toList();
    assertThat(scene.restores).hasSize(8);
    scene.restored(scene.begins());
    for (int n = 0; n < 7; n++) {
      scene.ended(scene.served.getLast().ticket());
      scene.reset();
    }
    assertThat(scene.served).extracting(Action.Serve::ticket).containsExactlyElementsOf(burst);
    assertThat(scene.begins()).isNull();
    assertThat(scene.stats().machines()).isEqualTo(1);
    assertThat(scene.budget.used()).isEqualTo(Scene.MEMORY);
  }

  @Test
  void machinesMadeAheadAreNotCalledOff() {
    Scene scene = new Scene(Scene.warm(4, 2, 4));
    scene.restoresBegin = false;
    Ticket ticket = scene.arrive();
    scene.restored(scene.restores.getFirst());
    scene.ended(ticket);
    scene.reset();
    scene.restored();
    assertThat(scene.stats().warm()).isEqualTo(2);
  }

  @Test
  void race2ARequestDuringAResetWaitsForItRatherThanForASecondMachine() {
    Scene scene = new Scene(Scene.limits(2, 0));
    Ticket first = scene.arrive();
    scene.restored();
    scene.ended(first);
    Ticket second = scene.arrive();
    assertThat(scene.restores).isEmpty();
    scene.reset();
    assertThat(scene.cold(second)).isFalse();
  }

  @Test
  void race3ARequestWhoseTimeInTheQueueIsOverIsRefusedAndItsMachineBecomesWarm() {
    Scene scene = new Scene(Scene.limits(2, 10));
    Ticket ticket = scene.arrive();
    scene.pass(10 * SECOND);
    assertThat(scene.verdict(ticket)).isEqualTo(Verdict.QUEUE_TIMEOUT);
    scene.restored();
    assertThat(scene.served).isEmpty();
    assertThat(scene.stats().warm()).isEqualTo(1);
  }

  @Test
  void race4ARunThatEndedJustBeforeItsTimeIsNotStopped() {
    Scene scene = new Scene(Scene.limits(1, 10));
    Ticket ticket = scene.arrive();
    scene.restored();
    scene.ended(ticket);
    scene.pass(10 * SECOND);
    assertThat(scene.stops).isEmpty();
  }

  @Test
  void race4ARunWhoseTimeIsOverIsStoppedOnceAndItsMachineIsNotUsedAgain() {
    Scene scene = new Scene(Scene.limits(1, 10));
    Ticket ticket = scene.arrive();
    scene.restored();
    scene.pass(10 * SECOND - 1);
    assertThat(scene.stops).isEmpty();
    scene.pass(1);
    scene.pass(10 * SECOND);
    assertThat(scene.stops).containsExactly(new Action.Stop(ticket, Verdict.TIMED_OUT));
    scene.ended(ticket, false);
    assertThat(scene.closes).hasSize(1);
    assertThat(scene.stats().discarded()).isEqualTo(1);
  }

  @Test
  void theTimeInTheQueueDoesNotCountToTheRun() {
    Scene scene = new Scene(Scene.limits(1, 10));
    Ticket first = scene.arrive();
    scene.restored();
    Ticket second = scene.arrive();
    scene.pass(6 * SECOND);
    scene.ended(first);
    scene.reset();
    scene.pass(6 * SECOND);
    assertThat(scene.stops).isEmpty();
    scene.pass(4 * SECOND);
    assertThat(scene.stops).containsExactly(new Action.Stop(second, Verdict.TIMED_OUT));
  }

  @Test
  void race5AnEvictionClosesIdleMachinesAtOnceAndTheNextStartIsCold() {
    Scene scene = new Scene(Scene.limits(4, 10));
    scene.warmUp(2);
    scene.evict(done::incrementAndGet);
    assertThat(scene.closes).hasSize(2);
    assertThat(done).hasValue(0);
    scene.closed();
    scene.closed();
    assertThat(done).hasValue(1);
    Ticket ticket = scene.arrive();
    scene.restored();
    assertThat(scene.cold(ticket)).isTrue();
  }

  @Test
  void race5AnEvictionWaitsForBusyMachinesAndClosesThemInsteadOfAReset() {
    Scene scene = new Scene(Scene.limits(4, 10));
    Ticket busy = scene.arrive();
    scene.restored();
    scene.evict(done::incrementAndGet);
    assertThat(done).hasValue(0);
    scene.ended(busy);
    assertThat(scene.resets).isEmpty();
    scene.closed();
    assertThat(done).hasValue(1);
  }

  @Test
  void race5AMachineThatIsBeingResetDuringAnEvictionServesNobodyAnyMore() {
    Scene scene = new Scene(Scene.limits(1, 10));
    Ticket first = scene.arrive();
    scene.restored();
    scene.ended(first);
    scene.evict(done::incrementAndGet);
    Ticket next = scene.arrive();
    scene.reset();
    assertThat(scene.cold(next)).isNull();
    scene.closed();
    assertThat(done).hasValue(1);
    scene.restored();
    assertThat(scene.cold(next)).isTrue();
  }

  @Test
  void race5AMachineThatIsBeingRestoredDuringAnEvictionServesTheRequestThatWaitsAndThenGoes() {
    Scene scene = new Scene(Scene.limits(1, 10));
    Ticket ticket = scene.arrive();
    scene.evict(done::incrementAndGet);
    scene.restored();
    assertThat(scene.cold(ticket)).isTrue();
    assertThat(done).hasValue(0);
    scene.ended(ticket);
    scene.closed();
    assertThat(done).hasValue(1);
  }

  @Test
  void anEvictionOfNothingIsDoneAtOnce() {
    new Scene(Scene.limits(1, 10)).evict(done::incrementAndGet);
    assertThat(done).hasValue(1);
  }

  @Test
  void race6ARequestWhoseRestoreFailsIsRefusedWhenNoOtherMachineLives() {
    Scene scene = new Scene(Scene.limits(1, 10));
    Ticket first = scene.arrive();
    Ticket second = scene.arrive();
    scene.restoreFails();
    assertThat(scene.verdict(first)).isEqualTo(Verdict.CANNOT_START);
    scene.restored();
    assertThat(scene.cold(second)).isTrue();
  }

  @Test
  void race6ARequestWhoseRestoreFailsWaitsForTheMachinesThatLive() {
    Scene scene = new Scene(Scene.limits(2, 10));
    Ticket first = scene.arrive();
    scene.restored();
    Ticket second = scene.arrive();
    scene.restoreFails();
    assertThat(scene.verdict(second)).isNull();
    scene.ended(first);
    scene.reset();
    assertThat(scene.cold(second)).isFalse();
  }

  @Test
  void race6WhenMachinesKeepFailingAllAreRefusedAtOnceUntilTheNextTryIsDue() {
    Scene scene = new Scene(Scene.limits(1, 100));
    Stream.generate(scene::arrive).limit(20).toList();
    while (!scene.restores.isEmpty()) {
      scene.restoreFails();
    }
    assertThat(scene.stats().failedRestores()).as("the breaker opens after five").isEqualTo(5);
    assertThat(scene.refused).hasSize(20);
    assertThat(scene.refused.subList(0, 5)).allMatch(r -> r.verdict() == Verdict.CANNOT_START);
    assertThat(scene.refused.subList(5, 20)).as("the breaker is why").allMatch(r -> r.verdict() == Verdict.CIRCUIT_OPEN);
    assertThat(scene.verdict(scene.arrive())).isEqualTo(Verdict.CIRCUIT_OPEN);
    assertThat(scene.stats().circuitOpen()).isTrue();
    scene.pass(SECOND + 1);
    Ticket later = scene.arrive();
    scene.restored();
    assertThat(scene.cold(later)).isTrue();
  }

  @Test
  void race7WhatWaitsAtTheStopIsServedAndWhatComesLaterIsRefused() {
    Scene scene = new Scene(Scene.limits(1, 10));
    Ticket running = scene.arrive();
    scene.restored();
    Ticket waiting = scene.arrive();
    scene.stop(done::incrementAndGet);
    assertThat(scene.verdict(scene.arrive())).isEqualTo(Verdict.STOPPING);
    scene.ended(running);
    scene.reset();
    assertThat(scene.cold(waiting)).isFalse();
    scene.ended(waiting);
    assertThat(scene.resets).as("nobody needs it any more").isEmpty();
    assertThat(done).hasValue(0);
    scene.closed();
    assertThat(done).hasValue(1);
  }

  @Test
  void race7AfterTheGraceWhatWaitsIsRefusedAndWhatRunsIsStopped() {
    Scene scene = new Scene(Scene.limits(1, 10));
    Ticket running = scene.arrive();
    scene.restored();
    Ticket waiting = scene.arrive();
    scene.stop(done::incrementAndGet);
    scene.cutOff();
    assertThat(scene.verdict(waiting)).isEqualTo(Verdict.STOPPING);
    assertThat(scene.stops).containsExactly(new Action.Stop(running, Verdict.STOPPING));
    scene.ended(running, false);
    scene.closed();
    assertThat(done).hasValue(1);
  }

  @Test
  void aStopOfAnIdlePoolClosesItsMachines() {
    Scene scene = new Scene(Scene.warm(4, 2, 4));
    scene.restored();
    scene.restored();
    scene.stop(done::incrementAndGet);
    scene.stop(done::incrementAndGet);
    scene.closed();
    scene.closed();
    assertThat(done).hasValue(2);
    assertThat(scene.restores).as("none is made ahead any more").isEmpty();
  }

  @Test
  void race8AMachineThatIsBeingClosedKeepsItsPlaceAndTheQueueHasRoomForOneMore() {
    Scene scene = new Scene(Scene.limits(1, 0));
    Ticket trapping = scene.arrive();
    scene.restored();
    scene.ended(trapping, false);
    Ticket next = scene.arrive();
    assertThat(scene.verdict(next)).isNull();
    assertThat(scene.restores).isEmpty();
    assertThat(scene.verdict(scene.arrive())).isEqualTo(Verdict.QUEUE_FULL);
    scene.closed();
    scene.restored();
    assertThat(scene.cold(next)).isTrue();
  }

  @Test
  void race9FreedMemoryServesTheHeadOfTheQueue() {
    Scene scene = new Scene(Scene.limits(10, 10), 2 * Scene.MEMORY);
    List<Ticket> tickets = Stream.generate(scene::arrive).limit(4).toList();
    assertThat(scene.restores).as("what fits").hasSize(2);
    scene.restored();
    scene.restored();
    scene.ended(tickets.get(0), false);
    scene.closed();
    scene.restored();
    assertThat(scene.cold(tickets.get(2))).isTrue();
    assertThat(scene.cold(tickets.get(3))).isNull();
  }

  @Test
  void race10IdleMachinesGoWhenAnotherFunctionLacksMemory() {
    Scene idle = new Scene(Scene.limits(10, 10), 2 * Scene.MEMORY);
    idle.arrive();
    idle.restored();
    idle.ended(idle.served.getFirst().ticket());
    idle.reset(Scene.MEMORY);
    Scene other = new Scene(Scene.limits(10, 10), idle);
    other.arrive();
    Ticket lacking = other.arrive();
    assertThat(other.restores).hasSize(1);
    assertThat(idle.closes).hasSize(1);
    idle.closed();
    assertThat(other.restores).hasSize(2);
    other.restored();
    other.restored();
    assertThat(other.cold(lacking)).isTrue();
  }

  @Test
  void warmMachinesCountWithWhatTheyHoldSoThatThousandsMayWait() {
    Scene scene = new Scene(Scene.limits(10, 10), 2 * Scene.MEMORY);
    scene.warmUp(2);
    assertThat(scene.budget.used()).isEqualTo(2);
    scene.arrive();
    assertThat(scene.budget.used()).isEqualTo(Scene.MEMORY + 1);
  }

  @Test
  void aFunctionThatNeverFitsIsRefusedAtOnce() {
    Scene scene = new Scene(Scene.limits(1, 10), Scene.MEMORY - 1);
    assertThat(scene.verdict(scene.arrive())).isEqualTo(Verdict.CANNOT_START);
    assertThat(scene.refused.getFirst().detail()).contains("10 bytes").contains("(9)");
  }

  @Test
  void theQueueIsBounded() {
    Scene scene = new Scene(Scene.limits(2, 3));
    List<Ticket> tickets = new ArrayList<>();
    for (int n = 0; n < 10; n++) {
      tickets.add(scene.arrive());
    }
    assertThat(tickets).filteredOn(t -> scene.verdict(t) == null).containsExactlyElementsOf(tickets.subList(0, 5));
    assertThat(tickets.subList(5, 10)).allMatch(t -> scene.verdict(t) == Verdict.QUEUE_FULL);
  }

  @Test
  void noMoreMachinesThanWarmMaxAreKept() {
    Scene scene = new Scene(Scene.warm(4, 0, 1));
    scene.warmUp(3);
    assertThat(scene.stats().warm()).isEqualTo(1);
    assertThat(scene.closes).hasSize(2);
    assertThat(scene.stats().resets()).as("what is not kept need not be reset").isEqualTo(1);
    assertThat(scene.stats().discarded()).isZero();
  }

  @Test
  void idleMachinesGoAfterTheirTimeButForTheLeast() {
    Scene scene = new Scene(Scene.warm(4, 1, 4));
    scene.restored();
    scene.warmUp(3);
    scene.pass(30 * SECOND - 1);
    assertThat(scene.stats().warm()).isEqualTo(3);
    scene.pass(1);
    assertThat(scene.stats().warm()).isEqualTo(1);
    assertThat(scene.admission.nextTick()).isEmpty();
  }

  @Test
  void warmMinIsMadeAheadAndServesWarm() {
    Scene scene = new Scene(Scene.warm(4, 2, 4));
    assertThat(scene.restores).hasSize(2);
    scene.restored();
    scene.restored();
    assertThat(scene.cold(scene.arrive())).isFalse();
  }

  @Test
  void afterAnEvictionNoneIsMadeAheadUntilARequestComes() {
    Scene scene = new Scene(Scene.warm(4, 2, 4));
    scene.restored();
    scene.restored();
    scene.evict(done::incrementAndGet);
    scene.closed();
    scene.closed();
    assertThat(scene.restores).isEmpty();
    Ticket ticket = scene.arrive();
    scene.restored();
    assertThat(scene.cold(ticket)).isTrue();
    assertThat(scene.restores).as("now the least is made again").hasSize(1);
  }

  @Test
  void aMachineForOneUseIsClosedAndReplacedAhead() {
    Scene scene = new Scene(Scene.useOnce(4, 1));
    scene.restored();
    Ticket ticket = scene.arrive();
    assertThat(scene.cold(ticket)).isFalse();
    assertThat(scene.restores).as("made ahead, while the other is in use").hasSize(1);
    scene.ended(ticket);
    assertThat(scene.resets).isEmpty();
    scene.closed();
    scene.restored();
    assertThat(scene.stats().warm()).isEqualTo(1);
    assertThat(scene.stats().discarded()).isZero();
  }

  @Test
  void aMachineThatIsNotCleanIsClosed() {
    Scene scene = new Scene(Scene.limits(1, 10));
    Ticket ticket = scene.arrive();
    scene.restored();
    scene.ended(ticket);
    scene.reset(-1);
    assertThat(scene.closes).hasSize(1);
    assertThat(scene.stats().discarded()).isEqualTo(1);
    Ticket next = scene.arrive();
    scene.closed();
    scene.restored();
    assertThat(scene.cold(next)).isTrue();
  }

  @Test
  void theNextTickIsTheFirstThatIsDue() {
    Scene scene = new Scene(Scene.limits(1, 10));
    assertThat(scene.admission.nextTick()).isEmpty();
    scene.arrive();
    scene.restored();
    assertThat(scene.admission.nextTick()).hasValue(scene.now + 10 * SECOND);
    scene.now += SECOND;
    scene.arrive();
    assertThat(scene.admission.nextTick()).as("the run's, which is older").hasValue(scene.now + 9 * SECOND);
  }

  @Test
  void whatTheSizerWantsIsMadeAheadTwoAtATime() {
    Scene scene = new Scene(Scene.warm(8, 0, 8));
    scene.size(5, 60);
    assertThat(scene.restores).hasSize(2);
    scene.restored();
    assertThat(scene.restores).hasSize(2);
    while (!scene.restores.isEmpty()) {
      scene.restored();
    }
    assertThat(scene.stats().warm()).isEqualTo(5);
    assertThat(scene.cold(scene.arrive())).isFalse();
  }

  @Test
  void whatTheSizerNoLongerWantsGoesAfterTheSpareTime() {
    Scene scene = new Scene(Scene.warm(8, 1, 8));
    scene.warmUp(4);
    scene.size(4, 60);
    scene.pass(1_000 * Scene.SECOND);
    assertThat(scene.stats().warm()).as("wanted, however long idle").isEqualTo(4);
    scene.size(2, 2_000);
    assertThat(scene.stats().warm()).as("idle for less than the spare time").isEqualTo(4);
    scene.size(2, 60);
    scene.pass(0);
    assertThat(scene.stats().warm()).isEqualTo(2);
    scene.size(0, 0);
    scene.pass(0);
    assertThat(scene.stats().warm()).as("warm.min").isEqualTo(1);
  }

  @Test
  void theSizerDoesNotMakeMoreThanWarmMax() {
    Scene scene = new Scene(Scene.warm(8, 0, 3));
    scene.size(8, 60);
    while (!scene.restores.isEmpty()) {
      scene.restored();
    }
    assertThat(scene.stats().warm()).isEqualTo(3);
  }

  @Test
  void anEvictedFunctionStaysColdWhateverTheSizerWants() {
    Scene scene = new Scene(Scene.warm(8, 0, 8));
    scene.size(2, 60);
    scene.restored();
    scene.restored();
    scene.evict(() -> {});
    scene.size(3, 60);
    assertThat(scene.restores).isEmpty();
    Ticket next = scene.arrive();
    while (!scene.restores.isEmpty()) {
      scene.restored();
    }
    assertThat(scene.cold(next)).isTrue();
    assertThat(scene.stats().warm()).isEqualTo(2);
  }

  @Test
  void afterAnEvictionNothingIsMadeAheadUntilTheSizerSpeaksAgain() {
    Scene scene = new Scene(Scene.warm(8, 0, 8));
    scene.size(2, 60);
    scene.restored();
    scene.restored();
    scene.evict(() -> {});
    scene.arrive();
    assertThat(scene.restores).hasSize(1);
    scene.restored();
    assertThat(scene.restores).isEmpty();
    scene.size(2, 60);
    assertThat(scene.restores).hasSize(1);
  }

  @Test
  void whatIsMadeAheadTakesNoMemoryFromOthers() {
    Scene one = new Scene(Scene.warm(8, 0, 8), 3 * Scene.MEMORY);
    Scene other = new Scene(Scene.warm(8, 0, 8), one);
    Ticket first = other.arrive();
    other.restored();
    other.arrive();
    other.restored();
    other.ended(first);
    other.reset();
    one.size(5, 60);
    while (!one.restores.isEmpty()) {
      one.restored();
    }
    assertThat(other.stats().warm()).as("kept").isEqualTo(1);
    assertThat(one.stats().warm()).as("as many as there was room for").isBetween(1, 2);
  }

  @Test
  void afterAnotherFunctionLackedMemoryNothingIsMadeAheadUntilTheNextRequest() {
    Scene scene = new Scene(Scene.warm(8, 0, 8));
    scene.size(1, 60);
    scene.restored();
    scene.memoryWanted();
    assertThat(scene.closes).hasSize(1);
    scene.closed();
    scene.size(2, 60);
    assertThat(scene.restores).isEmpty();
  }
}
