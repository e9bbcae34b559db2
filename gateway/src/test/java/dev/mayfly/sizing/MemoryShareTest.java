package dev.mayfly.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.sizing.MemoryShare.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MemoryShareTest {
  @Test
  void whatFitsIsGivenWhole() {
    assertThat(MemoryShare.of(List.of(new Claim(0, 3, 10, new double[] {1, 1, 1}), new Claim(0, 2, 10, new double[0])), 50)).containsExactly(3, 2);
  }

  @Test
  void memoryGoesWhereItAvoidsMostColdStarts() {
    Claim busy = new Claim(0, 4, 10, new double[] {9, 7, 5, 1});
    Claim quiet = new Claim(0, 2, 10, new double[] {6, 2});
    assertThat(MemoryShare.of(List.of(busy, quiet), 40)).containsExactly(3, 1);
  }

  @Test
  void aLargeMachineHasToAvoidMore() {
    Claim large = new Claim(0, 1, 100, new double[] {5});
    Claim small = new Claim(0, 5, 10, new double[] {1, 1, 1, 1, 1});
    assertThat(MemoryShare.of(List.of(large, small), 100)).containsExactly(0, 5);
  }

  @Test
  void theLeastIsGivenWhateverItCosts() {
    assertThat(MemoryShare.of(List.of(new Claim(3, 3, 10, new double[0]), new Claim(0, 2, 10, new double[] {9, 9})), 20)).containsExactly(3, 0);
  }

  @Test
  void neverIsMoreGivenThanThereIsOrWanted() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 500; round++) {
      List<Claim> claims = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(20); i++) {
        double[] benefits = random.doubles(random.nextInt(10), 0, 5).sorted().map(d -> 5 - d).toArray();
        claims.add(new Claim(0, benefits.length + random.nextInt(3), 1 + random.nextInt(100), benefits));
      }
      long budget = random.nextInt(3000);
      int[] machines = MemoryShare.of(claims, budget);
      long held = 0;
      for (int i = 0; i < machines.length; i++) {
        assertThat(machines[i]).isBetween(0, claims.get(i).machines());
        held += machines[i] * claims.get(i).bytes();
      }
      assertThat(held).isLessThanOrEqualTo(budget);
    }
  }
}
