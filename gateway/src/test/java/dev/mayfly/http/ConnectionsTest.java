package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More clients than there are places. */
@Timeout(60)
final class ConnectionsTest {
  private static final String GET = "GET /echo/ HTTP/1.1\r\nHost: a\r\n\r\n";

  private final Connections connections = new Connections(2);

  @Test
  void whoFindsNoPlaceIsToldToComeAgainAndTheOthersAreServed() {
    try (GatewayFixture fixture = new GatewayFixture(connections).echo().start(); RawClient one = fixture.raw(); RawClient other = fixture.raw()) {
      assertThat(one.send(GET).reply().status()).isEqualTo(200);
      assertThat(other.send(GET).reply().status()).isEqualTo(200);
      try (RawClient third = fixture.raw()) {
        RawClient.Reply refusal = third.send(GET).reply();
        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.field("retry-after")).isEqualTo("1");
        assertThat(refusal.field("connection")).isEqualTo("close");
        assertThat(refusal.field("content-type")).isEqualTo(Problem.MEDIA_TYPE);
        assertThat(refusal.body()).contains("\"status\":503");
        assertThat(third.isClosed()).isTrue();
      }
      assertThat(one.send(GET).reply().status()).isEqualTo(200);
      assertThat(connections.refused()).isEqualTo(1);
      assertThat(connections.open()).isEqualTo(2);
    }
  }

  @Test
  void aPlaceThatComesFreeIsGiven() {
    try (GatewayFixture fixture = new GatewayFixture(connections).echo().start(); RawClient stays = fixture.raw()) {
      assertThat(stays.send(GET).reply().status()).isEqualTo(200);
      for (int i = 0; i < 5; i++) {
        try (RawClient goes = fixture.raw()) {
          assertThat(goes.send(GET).reply().status()).isEqualTo(200);
        }
        await().until(() -> connections.open() == 1);
      }
      assertThat(connections.refused()).isZero();
    }
  }

  @Test
  void aFloodOfConnectionsLeavesNoneBehind() {
    try (GatewayFixture fixture = new GatewayFixture(connections).echo().start(); RawClient one = fixture.raw()) {
      assertThat(one.send(GET).reply().status()).isEqualTo(200);
      List<RawClient> flood = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        flood.add(fixture.raw()); // accepted by the kernel in any case
      }
      await().until(() -> connections.refused() == 599);
      assertThat(one.send(GET).reply().status()).isEqualTo(200);
      flood.forEach(RawClient::close);
      await().until(() -> connections.open() == 1);
      try (RawClient next = fixture.raw()) {
        assertThat(next.send(GET).reply().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void otherServersOfTheGatewayHaveNoLimit() {
    try (GatewayFixture fixture = new GatewayFixture(connections).echo().start(); RawClient one = fixture.raw(); RawClient other = fixture.raw()) {
      one.send(GET).reply();
      other.send(GET).reply();
      int admin = fixture.vertx.createHttpServer().requestHandler(request -> request.response().end("here")).listen(0, "127.0.0.1").await().actualPort();
      try (RawClient watcher = new RawClient(admin)) {
        assertThat(watcher.send(GET).reply().body()).isEqualTo("here");
      }
    }
  }

  @Test
  void onlyAFewOfThoseThatAreRefusedAreToldSo() {
    Connections some = new Connections(32);
    assertThat(some.tell()).isTrue();
    assertThat(some.tell()).isTrue();
    assertThat(some.tell()).isFalse();
    some.wasTold();
    assertThat(some.tell()).isTrue();
  }

  @Test
  void halfOfTheOpenFilesIsForMachines() {
    assertThat(Connections.limit(1_024, 8L << 30)).isEqualTo(512);
    assertThat(Connections.limit(65_536, 8L << 30)).isEqualTo(32_768);
  }

  @Test
  void aSmallHeapBearsFewer() {
    assertThat(Connections.limit(1 << 20, 256L << 20)).isEqualTo(8_192);
    assertThat(Connections.limit(0, 1)).isEqualTo(1);
  }
}
