package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.sizing.replay.PolicyReplay.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolsReplayCommandTest {
  @Test
  void eachRuleIsARowMeasuredByTheFixedKeepAlive() {
    List<String> lines = PoolsReplayCommand.table(List.of(new Outcome("mayfly", 100, 5, 30, 10, 0.5), new Outcome("fixed", 100, 10, 60, 40, 1)));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).matches("mayfly +100 +5 +0\\.50 +30\\.0 +0\\.50 +10\\.0 +0\\.25 +50\\.0%");
  }
}
