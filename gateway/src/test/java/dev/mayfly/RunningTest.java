package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configuration.Address;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunningTest {
  private final List<String> seen = new ArrayList<>();
  private final Running running = new Running(Duration.ofSeconds(10), this::pause);

  private void pause(Duration time) {
    seen.add("pause " + time.toMillis() + " " + missing());
  }

  private List<String> missing() {
    return running.missing();
  }

  private Future<Void> stop(Duration grace) {
    seen.add("servers " + grace.toMillis());
    return Future.succeededFuture();
  }

  @Test
  void readinessGoesBeforeTheServersAndTheyHaveTheRestOfTheGrace() {
    running.gateway(() -> seen.add("leave " + missing()), this::stop);
    running.serving(new Address("127.0.0.1", 1));
    assertThat(running.missing()).isEmpty();
    running.stop();
    assertThat(seen).containsExactly("leave [the gateway is stopping]", "pause 500 [the gateway is stopping]", "servers 9500");
  }

  @Test
  void gatewayThatNeverServedIsClosedAtOnce() {
    running.gateway(() -> seen.add("leave " + missing()), this::stop);
    running.stop();
    assertThat(seen).containsExactly("leave [the gateway is stopping]", "pause 0 [the gateway is stopping]", "servers 10000");
  }
}
