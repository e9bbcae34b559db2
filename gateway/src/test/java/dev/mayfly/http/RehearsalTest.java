package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a gateway does before its first request. */
final class RehearsalTest {
  @Test
  void everyRequestOfItIsServedAsARealOneAndItLeavesNoConnection() {
    Connections connections = new Connections(1000);
    Vertx vertx = Gateway.vertx(List.of(), connections);
    try {
      String answers = Rehearsal.answers(vertx).await();
      assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(Rehearsal.CONNECTIONS * Rehearsal.REQUESTS + 1);
      assertThat(answers.split("rehearsed\n", -1)).hasSize(Rehearsal.CONNECTIONS * Rehearsal.REQUESTS + 1);
      assertThat(connections.open()).isZero();
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void withoutItAGatewayStartsAllTheSame() {
    Vertx closed = Vertx.vertx();
    closed.close().await();
    assertThat(Rehearsal.of(closed).await()).isNull();
  }
}
