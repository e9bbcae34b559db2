package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random events in random order over two functions that share too little memory; the invariant holds after each, and in the end every request had one answer. */
class AdmissionStressTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyRequestIsAnsweredOnceWhateverHappens(long seed) {
    Random random = new Random(seed);
    Scene first = new Scene(limits(random), 5 * Scene.MEMORY);
    List<Scene> scenes = List.of(first, new Scene(limits(random), first));
    List<Ticket> tickets = new ArrayList<>();
    AtomicInteger evictions = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    scenes.forEach(s -> s.restoresBegin = false);
    for (int n = 0; n < 5_000; n++) {
      Scene scene = scenes.get(random.nextInt(2));
      if (random.nextInt(200) == 0) {
        asked.incrementAndGet();
        scene.evict(evictions::incrementAndGet);
      }
      event(scene, random, tickets);
    }
    AtomicInteger drained = new AtomicInteger();
    scenes.forEach(s -> s.stop(drained::incrementAndGet));
    for (int n = 0; n < 100_000 && drained.get() < 2; n++) {
      event(scenes.get(random.nextInt(2)), random, null);
    }
    assertThat(drained).hasValue(2);
    assertThat(evictions).hasValue(asked.get());
    assertThat(first.budget.used()).isZero();
    Set<Ticket> answered = new HashSet<>();
    for (Scene scene : scenes) {
      scene.served.forEach(s -> assertThat(answered.add(s.ticket())).as("answered twice").isTrue());
      scene.refused.forEach(r -> assertThat(answered.add(r.ticket())).as("answered twice").isTrue());
    }
    assertThat(answered).containsAll(tickets);
  }

  private static Admission.Limits limits(Random random) {
    int min = random.nextInt(3);
    return new Admission.Limits(1 + random.nextInt(5), random.nextInt(6), 3 * Scene.SECOND, 2 * Scene.SECOND, min, min + random.nextInt(3), Scene.SECOND,
        random.nextInt(4) == 0, Scene.MEMORY * (1 + random.nextInt(2)));
  }

  /** One thing that may happen next. Null tickets: no new requests, and restores succeed. */
  private static void event(Scene scene, Random random, List<Ticket> tickets) {
    switch (random.nextInt(7)) {
      case 0, 1 -> {
        if (tickets != null) {
          tickets.add(scene.arrive());
        }
      }
      case 2 -> {
        if (scene.begins() != null) {
          if (random.nextInt(10) == 0 && tickets != null) {
            scene.restoreFails();
          } else {
            scene.restored();
          }
        }
      }
      case 3 -> {
        List<Ticket> running = scene.served.stream().map(Action.Serve::ticket).filter(t -> t.slot != null).toList();
        if (!running.isEmpty()) {
          scene.ended(running.get(random.nextInt(running.size())), random.nextInt(5) > 0);
        }
      }
      case 4 -> {
        if (!scene.resets.isEmpty()) {
          scene.reset(random.nextInt(10) == 0 ? -1 : random.nextInt(5));
        }
      }
      case 5 -> {
        if (!scene.closes.isEmpty()) {
          scene.closed();
        }
      }
      default -> scene.pass(random.nextLong(Scene.SECOND / 5));
    }
  }
}
