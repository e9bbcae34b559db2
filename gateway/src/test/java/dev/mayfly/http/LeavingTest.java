package dev.mayfly.http;

import static dev.mayfly.http.GatewayFixture.exited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.config.Configuration.Handler;
import dev.mayfly.pool.Result;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway that is about to stop, and clients who keep their connections. */
@Timeout(60)
final class LeavingTest {
  private static final String GET = "GET /echo/ HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final GatewayFixture fixture = new GatewayFixture(new Connections(100), Duration.ofSeconds(10));
  private final Promise<Result> slow = Promise.promise();

  @BeforeEach
  void start() {
    fixture.echo().function("slow", Handler.STDOUT, i -> slow.future()).start();
  }

  @AfterEach
  void close() {
    slow.tryComplete(exited(0, "late"));
    fixture.close();
  }

  @Test
  void itsAnswersAreTheirConnectionsLastAndNewOnesAreServed() {
    try (RawClient kept = fixture.raw()) {
      assertThat(kept.send(GET).reply().field("connection")).isNull();
      fixture.gateway.leave();
      RawClient.Reply last = kept.send(GET).reply();
      assertThat(last.status()).isEqualTo(200);
      assertThat(last.field("connection")).isEqualTo("close");
      assertThat(kept.isClosed()).isTrue();
    }
    try (RawClient next = fixture.raw()) {
      assertThat(next.send(GET).reply().status()).isEqualTo(200);
    }
  }

  @Test
  void http2ClientsAreToldToGoAndAreAnswered() throws Exception {
    var client = fixture.vertx.createHttpClient(
        new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false).setDefaultHost("127.0.0.1").setDefaultPort(fixture.port()),
        new PoolOptions().setHttp2MaxSize(1));
    AtomicInteger told = new AtomicInteger();
    var waiting = client.request(HttpMethod.GET, "/slow/").compose(request -> {
      request.connection().goAwayHandler(x -> told.incrementAndGet());
      return request.send();
    });
    await().until(() -> !fixture.invocations.isEmpty());
    fixture.gateway.leave();
    assertThat(client.request(HttpMethod.GET, "/echo/").compose(request -> request.send()).await().statusCode()).isEqualTo(200);
    await().until(() -> told.get() > 0);
    slow.complete(exited(0, "late"));
    assertThat(waiting.await().statusCode()).isEqualTo(200);
  }

  @Test
  void aRequestOnAConnectionThatWasJustAcceptedIsAnsweredWhileItStops() {
    try (RawClient accepted = fixture.raw(); RawClient waits = fixture.raw()) {
      waits.send("GET /slow/ HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> !fixture.invocations.isEmpty());
      Future<Void> stopped = fixture.gateway.stop(GRACE);
      assertThat(accepted.send(GET).reply().status()).isEqualTo(200);
      await().untilAsserted(() -> assertThatThrownBy(fixture::raw).isInstanceOf(UncheckedIOException.class));
      assertThat(stopped.isComplete()).isFalse();
      slow.complete(exited(0, "late"));
      RawClient.Reply late = waits.reply();
      assertThat(late.body()).isEqualTo("late");
      assertThat(late.field("connection")).isEqualTo("close");
    }
  }
}
