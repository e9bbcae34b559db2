package dev.mayfly.loadtest.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagesTest {
  @Test
  void readsWhatTheGatewayWrites() {
    assertThat(Stages.parse("queue;dur=0.012, restore;dur=1.2, run;dur=305")).isEqualTo(new Stages(12_000, 1_200_000, 305_000_000));
  }

  @Test
  void takesOtherMetricsAndAttributesAndAnyOrder() {
    assertThat(Stages.parse("cache;desc=\"x\";dur=9,run;desc=y;dur=2;z=1 , queue ;dur=0")).isEqualTo(new Stages(0, -1, 2_000_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", ";", "run", "run;dur=", "run;dur=x", "run;dur=-1", "run;dur=1e3", "run;dur=99999999999999999999999", "queue;queue;dur"})
  void whatCannotBeReadIsNotSaid(String field) {
    assertThat(Stages.parse(field)).isEqualTo(Stages.NONE);
  }
}
