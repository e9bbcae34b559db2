package dev.mayfly.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharesTest {
  @Test
  void sharesAddUpToTheWholeAndDifferByOneAtMost() {
    for (int nodes = 1; nodes <= 10; nodes++) {
      List<String> names = names(nodes);
      for (int machines = 0; machines < 50; machines++) {
        for (String function : List.of("a", "b", "hello")) {
          int[] shares = shares(machines, function, names);
          int sum = 0;
          for (int share : shares) {
            assertThat(share).isBetween(machines / nodes, machines / nodes + 1);
            sum += share;
          }
          assertThat(sum).isEqualTo(machines);
        }
      }
    }
  }

  @Test
  void aSingleMachineOfManyFunctionsIsSpreadEvenly() {
    List<String> names = names(3);
    int[] held = new int[3];
    for (int function = 0; function < 3000; function++) {
      int[] shares = shares(1, "f" + function, names);
      for (int i = 0; i < 3; i++) {
        held[i] += shares[i];
      }
    }
    for (int n : held) {
      assertThat(n).isBetween(850, 1150);
    }
  }

  @Test
  void aGatewayThatLeavesMovesOnlyWhatItHeld() {
    List<String> three = names(3);
    List<String> two = three.subList(0, 2);
    for (int function = 0; function < 500; function++) {
      for (String stays : two) {
        if (Shares.of(1, "f" + function, stays, three) == 1) {
          assertThat(Shares.of(1, "f" + function, stays, two)).isEqualTo(1);
        }
      }
    }
  }

  private static List<String> names(int nodes) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      names.add("gateway-" + i);
    }
    return names;
  }

  private static int[] shares(int machines, String function, List<String> names) {
    return names.stream().mapToInt(self -> Shares.of(machines, function, self, names)).toArray();
  }
}
