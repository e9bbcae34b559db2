package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.pool.Admission.Limits;
import dev.mayfly.pool.Result.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that go into a kept machine together. */
class AdmissionTogetherTest {
  private static Scene scene(int machines, int requests, int threads) {
    return new Scene(new Limits(machines, 100, 10 * Scene.SECOND, 10 * Scene.SECOND, 0, 32, 30 * Scene.SECOND, false, Scene.MEMORY, requests, 7, threads));
  }

  private static List<Ticket> arrive(Scene scene, int requests) {
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      tickets.add(scene.arriveToFollow());
    }
    return tickets;
  }

  /** A machine that has shown that it takes several, with so many requests in the queue and one in it. */
  private static List<Ticket> queued(Scene scene, int requests) {
    List<Ticket> tickets = arrive(scene, requests + 3);
    scene.restored();
    for (int i = 0; i < 2; i++) {
      scene.ended(tickets.removeFirst());
      scene.reset();
    }
    return tickets;
  }

  private static void ends(Scene scene, List<Ticket> tickets, int number) {
    tickets.subList(0, number).forEach(scene::ended);
    tickets.subList(0, number).clear();
  }

  /** The same, with four in the machine: the last entry. */
  private static List<Ticket> fourInside(Scene scene, int requests) {
    List<Ticket> tickets = queued(scene, requests);
    ends(scene, tickets, size(scene.served.getLast()));
    scene.reset();
    assertThat(size(scene.served.getLast())).isEqualTo(4);
    return tickets;
  }

  private static int size(Action.Serve entry) {
    return 1 + entry.followers().size();
  }

  @Test
  void asManyGoInAsEndedWellBefore() {
    Scene scene = scene(1, 1_000, 1);
    List<Ticket> tickets = queued(scene, 30);
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int size = size(scene.served.getLast());
      sizes.add(size);
      ends(scene, tickets, size);
      scene.reset();
    }
    assertThat(sizes).containsExactly(2, 4, 8, 8);
    assertThat(scene.stats().followed()).isPositive();
    assertThat(scene.stats().warmStarts() + scene.stats().coldStarts() + scene.stats().queued()).isEqualTo(33);
  }

  @Test
  void noneGoesInBeforeAMachineHasShownThatItTakesSeveral() {
    Scene scene = scene(1, 1_000, 1);
    List<Ticket> tickets = arrive(scene, 20);
    scene.restored();
    assertThat(scene.served.getLast().followers()).isEmpty();
    ends(scene, tickets, 1);
    scene.reset();
    assertThat(scene.served.getLast().followers()).isEmpty();
  }

  @Test
  void noneGoesInThatCannotFollow() {
    Scene scene = scene(1, 1_000, 1);
    List<Ticket> tickets = queued(scene, 0);
    Ticket large = scene.arriveUntimed();
    arrive(scene, 5);
    ends(scene, tickets, 1);
    scene.reset();
    assertThat(scene.served.getLast().ticket()).isSameAs(large);
    assertThat(scene.served.getLast().followers()).isEmpty();
  }

  @Test
  void aMachineTakesNoMoreThanItMayServeBeforeItsReset() {
    Scene scene = scene(1, 4, 1);
    List<Ticket> tickets = queued(scene, 20);
    assertThat(size(scene.served.getLast())).as("the third and fourth").isEqualTo(2);
    ends(scene, tickets, 2);
    assertThat(scene.resets.getFirst().kept).isFalse();
  }

  @Test
  void theOtherThreadsKeepTheirPartOfTheQueue() {
    Scene scene = scene(1, 1_000, 4);
    List<Ticket> tickets = queued(scene, 9);
    ends(scene, tickets, size(scene.served.getLast()));
    scene.reset();
    assertThat(scene.served.getLast().followers()).as("of %d that waited", 7).hasSize(1);
  }

  @Test
  void whatIsGivenBackIsServedBeforeWhatCameLaterAndTheNextGoAlone() {
    Scene scene = scene(1, 1_000, 1);
    List<Ticket> tickets = fourInside(scene, 30);
    Action.Serve entry = scene.served.getLast();
    entry.followers().reversed().forEach(scene::givenBack);
    assertThat(scene.stats().busy()).isEqualTo(1);
    scene.ended(entry.ticket());
    tickets.removeFirst();
    scene.reset();
    assertThat(scene.served.getLast().ticket()).isSameAs(tickets.getFirst());
    assertThat(scene.served.getLast().followers()).isEmpty();
    assertThat(entry.followers()).isEqualTo(tickets.subList(0, 3));
  }

  @Test
  void whatIsGivenBackMayHaveAnotherMachine() {
    Scene scene = scene(2, 1_000, 1);
    List<Ticket> tickets = arrive(scene, 3);
    scene.restored();
    for (int i = 0; i < 2; i++) {
      scene.ended(tickets.removeFirst());
      scene.reset();
    }
    scene.ended(tickets.removeFirst());
    List<Ticket> more = arrive(scene, 5);
    scene.reset();
    Action.Serve entry = scene.served.getLast();
    assertThat(entry.ticket()).isSameAs(more.getFirst());
    entry.followers().reversed().forEach(scene::givenBack);
    scene.restored();
    assertThat(scene.served.getLast().ticket()).isSameAs(more.get(1));
  }

  @Test
  void aMachineThatBreaksIsGivenUpWhenItsLastRequestIsOver() {
    Scene scene = scene(1, 1_000, 1);
    fourInside(scene, 30);
    Action.Serve entry = scene.served.getLast();
    scene.ended(entry.ticket());
    assertThat(scene.closes).isEmpty();
    scene.givenBack(entry.followers().get(2));
    scene.givenBack(entry.followers().get(1));
    scene.ended(entry.followers().getFirst(), false);
    assertThat(scene.closes).hasSize(1);
  }

  @Test
  void whatIsGivenBackGoesWhereItsAgeIs() {
    Scene scene = scene(1, 1_000, 1);
    fourInside(scene, 30);
    Action.Serve entry = scene.served.getLast();
    entry.followers().get(1).arrived++; // as of another machine's entry
    entry.followers().get(2).arrived++;
    entry.followers().forEach(scene::givenBack);
    scene.ended(entry.ticket());
    scene.reset();
    assertThat(scene.served.getLast().ticket()).isSameAs(entry.followers().getFirst());
  }

  @Test
  void whatWasToldToStopWaitsNoMoreWhenItIsGivenBack() {
    Scene scene = scene(1, 1_000, 1);
    fourInside(scene, 30);
    Action.Serve entry = scene.served.getLast();
    int waiting = scene.stats().queued();
    scene.givenBack(entry.followers().getLast(), Verdict.CLIENT_GONE);
    assertThat(scene.verdict(entry.followers().getLast())).isEqualTo(Verdict.CLIENT_GONE);
    assertThat(scene.stats().queued()).isEqualTo(waiting - 1);
  }

  @Test
  void theNextGoAloneAsSoonAsOneIsGivenBackAndNotOnlyWhenItsEntryEnds() {
    Scene scene = scene(2, 1_000, 1);
    fourInside(scene, 30);
    Action.Serve entry = scene.served.getLast();
    entry.followers().reversed().forEach(scene::givenBack);
    scene.restored();
    assertThat(scene.served.getLast().ticket()).isSameAs(entry.followers().getFirst());
    assertThat(scene.served.getLast().followers()).isEmpty();
  }

  @Test
  void oneWithoutAnAnswerAmongThemHasTheMachineReset() {
    Scene scene = scene(1, 1_000, 1);
    List<Ticket> tickets = fourInside(scene, 30);
    scene.ended(tickets.get(0), true, true, false);
    for (int i = 1; i < 4; i++) {
      scene.ended(tickets.get(i));
    }
    assertThat(scene.resets.getFirst().kept).isFalse();
  }
}
