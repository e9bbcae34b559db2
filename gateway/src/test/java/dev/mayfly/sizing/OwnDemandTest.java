package dev.mayfly.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mayfly.traffic.Average;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OwnDemandTest {
  private static final int GATEWAYS = 3;
  private static final double[] PARTS = {0.6, 0.3, 0.1};

  /** What the parts come to after so many seconds, by gateways whose rounds come one after the other within each second, and a sum as Redis has it. */
  private static double[] after(int seconds) {
    OwnDemand[] gateways = {new OwnDemand(), new OwnDemand(), new OwnDemand()};
    double[] own = new double[GATEWAYS];
    double[] known = {-1, -1, -1};
    double[] parts = new double[GATEWAYS];
    double sum = 0;
    for (int turn = 0; turn < seconds * GATEWAYS; turn++) {
      int i = turn % GATEWAYS;
      double added = PARTS[i] * 100 * (1 - Average.FAST.left(1));
      own[i] = own[i] * Average.FAST.left(1) + added;
      parts[i] = gateways[i].next(own[i], known[i]).part();
      sum = sum * Average.FAST.left(1.0 / GATEWAYS) + added;
      known[i] = sum;
    }
    return parts;
  }

  @Test
  void partsOfSteadyTrafficAddUpToTheWhole() {
    double[] parts = after(60);
    assertThat(Arrays.stream(parts).sum()).isCloseTo(1, within(0.02));
    for (int i = 0; i < GATEWAYS; i++) {
      assertThat(parts[i]).isCloseTo(PARTS[i], within(0.03));
    }
  }

  @Test
  void partsOfTrafficThatGrowsAddUpToTheWhole() {
    for (int seconds = 4; seconds < 20; seconds++) {
      assertThat(Arrays.stream(after(seconds)).sum()).as("after " + seconds + " s").isCloseTo(1, within(0.1));
    }
  }

  @Test
  void withoutTrafficOrWithoutRedisThereIsNone() {
    assertThat(new OwnDemand().next(0, 0).known()).isFalse();
    OwnDemand demand = new OwnDemand();
    demand.next(5, -1);
    demand.next(5, -1);
    assertThat(demand.next(5, -1).known()).isFalse();
  }
}
