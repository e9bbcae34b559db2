package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random events in random order over two functions that share too little memory; the invariant holds after each, and in the end every request had one answer. */
class AdmissionStressTest {
  /** Requests that went into a machine together, as far as they are there, in their order. */
  private final Map<Scene, List<ArrayDeque<Ticket>>> entries = new HashMap<>();
  private final Map<Scene, Integer> seen = new HashMap<>();
  private final List<Ticket> ended = new ArrayList<>();

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
    Set<Ticket> answered = new HashSet<>(ended);
    assertThat(answered).as("answered twice").hasSameSizeAs(ended);
    for (Scene scene : scenes) {
      scene.refused.forEach(r -> assertThat(answered.add(r.ticket())).as("answered twice").isTrue());
    }
    assertThat(answered).containsAll(tickets);
  }

  private static Admission.Limits limits(Random random) {
    int min = random.nextInt(3);
    return new Admission.Limits(1 + random.nextInt(5), random.nextInt(6), 3 * Scene.SECOND, 2 * Scene.SECOND, min, min + random.nextInt(3), Scene.SECOND,
        random.nextInt(4) == 0, Scene.MEMORY * (1 + random.nextInt(2)), 1 + random.nextInt(12), 7, 1 + random.nextInt(2));
  }

  /** What is in the machines: an entry each. */
  private List<ArrayDeque<Ticket>> inside(Scene scene) {
    List<ArrayDeque<Ticket>> all = entries.computeIfAbsent(scene, s -> new ArrayList<>());
    scene.served.stream().skip(seen.getOrDefault(scene, 0)).forEach(serve -> {
      ArrayDeque<Ticket> entry = new ArrayDeque<>(serve.followers());
      entry.addFirst(serve.ticket());
      all.add(entry);
    });
    seen.put(scene, scene.served.size());
    all.removeIf(ArrayDeque::isEmpty);
    return all;
  }

  /** The first of an entry ends, or those behind it are given back. */
  private void runs(Scene scene, ArrayDeque<Ticket> entry, Random random) {
    if (entry.size() > 1 && random.nextInt(4) == 0) {
      while (entry.size() > 1) {
        if (random.nextInt(8) == 0) {
          scene.givenBack(entry.pollLast(), Result.Verdict.CLIENT_GONE);
        } else {
          scene.givenBack(entry.pollLast());
        }
      }
    } else {
      boolean last = entry.size() == 1;
      Ticket ticket = entry.poll();
      ended.add(ticket);
      scene.ended(ticket, !last || random.nextInt(5) > 0);
    }
  }

  /** One thing that may happen next. Null tickets: no new requests, and restores succeed. */
  private void event(Scene scene, Random random, List<Ticket> tickets) {
    switch (random.nextInt(7)) {
      case 0, 1 -> {
        if (tickets != null) {
          tickets.add(random.nextInt(3) == 0 ? scene.arrive() : scene.arriveToFollow());
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
        List<ArrayDeque<Ticket>> inside = inside(scene);
        if (!inside.isEmpty()) {
          runs(scene, inside.get(random.nextInt(inside.size())), random);
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
