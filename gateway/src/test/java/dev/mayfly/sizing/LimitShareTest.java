package dev.mayfly.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LimitShareTest {
  @Test
  void aloneItIsTheWhole() {
    assertThat(new LimitShare().next(Demand.UNKNOWN, 1, 1)).isEqualTo(1);
    assertThat(new LimitShare().next(new Demand(0.9, 0.1), 1, 1)).isEqualTo(1);
  }

  @Test
  void withoutTrafficOrWithoutRedisAllHaveTheSame() {
    assertThat(new LimitShare().next(Demand.UNKNOWN, 1, 4)).isEqualTo(0.25);
    LimitShare share = new LimitShare();
    share.next(new Demand(0.9, 0.1), 1, 4);
    share.next(new Demand(0.9, 0.1), 1, 4);
    assertThat(share.next(Demand.UNKNOWN, 1, 4)).isEqualTo(0.25);
  }

  @Test
  void steadySharesAddUpToTheWholeAndFollowTheTraffic() {
    double[] demand = {70, 20, 10, 0};
    double sum = 0;
    for (double own : demand) {
      LimitShare share = new LimitShare();
      share.next(new Demand(own, 100 - own), 100, 4);
      double held = share.next(new Demand(own, 100 - own), 100, 4);
      assertThat(held).isCloseTo(0.9 * own / 100 + 0.025, within(1e-9));
      sum += held;
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
  }

  @Test
  void whatNobodyAsksForIsSharedEqually() {
    LimitShare busy = new LimitShare();
    LimitShare idle = new LimitShare();
    busy.next(new Demand(30, 0), 100, 2);
    idle.next(new Demand(0, 30), 100, 2);
    assertThat(busy.next(new Demand(30, 0), 100, 2)).isCloseTo(0.3 + 0.35, within(1e-9));
    assertThat(idle.next(new Demand(0, 30), 100, 2)).isCloseTo(0.35, within(1e-9));
  }

  @Test
  void whatGrowsWaitsForWhatShrinks() {
    SplittableRandom random = new SplittableRandom(4);
    for (int round = 0; round < 200; round++) {
      int nodes = 2 + random.nextInt(6);
      LimitShare[] shares = IntStream.range(0, nodes).mapToObj(i -> new LimitShare()).toArray(LimitShare[]::new);
      for (int second = 0; second < 30; second++) {
        double[] demand = random.doubles(nodes, 0, 100).toArray();
        double all = IntStream.range(0, nodes).mapToDouble(i -> demand[i]).sum();
        double held = IntStream.range(0, nodes).mapToDouble(i -> shares[i].next(new Demand(demand[i], all - demand[i]), all, nodes)).sum();
        assertThat(held).isLessThanOrEqualTo(1 + 1e-9);
      }
    }
  }

  @Test
  void whereTheOthersSeemToHaveGoneItDoesNotGrowAtOnce() {
    LimitShare share = new LimitShare();
    share.next(new Demand(0.3, 0.7), 1, 3);
    double held = share.next(new Demand(0.3, 0.7), 1, 3);
    assertThat(share.next(new Demand(1, 0), 1, 1)).as("a Redis that knows no one").isEqualTo(held);
    assertThat(share.next(new Demand(0.3, 0.7), 1, 3)).isEqualTo(held);
    share.next(new Demand(1, 0), 1, 1);
    assertThat(share.next(new Demand(1, 0), 1, 1)).as("they are gone").isEqualTo(1);
  }

  @Test
  void everyGatewayMayHaveOneMachine() {
    assertThat(LimitShare.whole(0.01, 10)).isEqualTo(1);
    assertThat(LimitShare.whole(1, 10)).isEqualTo(10);
    assertThat(LimitShare.whole(1.0 / 3, 64)).isEqualTo(21);
  }
}
