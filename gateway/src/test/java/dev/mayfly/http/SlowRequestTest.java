package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that come too slowly, on a clock that the test moves. */
final class SlowRequestTest {
  private EmbeddedChannel channel;

  @BeforeEach
  void open() {
    channel = new EmbeddedChannel(new StrictRequestDecoder());
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void send(String octets) {
    channel.writeInbound(Unpooled.copiedBuffer(octets, StandardCharsets.ISO_8859_1));
  }

  private void pass(long seconds) {
    for (long i = 0; i < seconds; i++) {
      channel.advanceTimeBy(1, TimeUnit.SECONDS);
      channel.runScheduledPendingTasks();
    }
  }

  private void assertRefused(HttpObject object) {
    assertThat(object.decoderResult().cause()).isInstanceOfSatisfying(Refused.class, r -> assertThat(r.status()).isEqualTo(408));
  }

  @Test
  void aHeadThatDoesNotEndIsRefused() {
    send("GET / HTTP/1.1\r\n");
    pass(19);
    assertThat((Object) channel.readInbound()).isNull();
    send("A");
    pass(10);
    HttpRequest request = channel.readInbound();
    assertRefused(request);
    send(": b\r\n\r\n");
    assertThat((Object) channel.readInbound()).isNull();
  }

  @Test
  void aLineThatDoesNotEndIsRefused() {
    send("GET /");
    pass(30);
    assertRefused(channel.readInbound());
  }

  @Test
  void aBodyBelowThePaceIsRefused() {
    send("POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n");
    assertThat((Object) channel.readInbound()).isInstanceOf(HttpRequest.class);
    for (int i = 0; i < 60; i++) {
      send("x".repeat(100));
      pass(1);
    }
    HttpObject last = null;
    for (HttpObject next = channel.readInbound(); next != null; next = channel.readInbound()) {
      last = next;
    }
    assertThat(last).isInstanceOf(LastHttpContent.class);
    assertRefused(last);
  }

  @Test
  void aBodyThatKeepsThePaceMayTakeLong() {
    send("POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n");
    for (int i = 0; i < 200; i++) {
      send("x".repeat(2100));
      pass(1);
    }
    for (HttpObject next = channel.readInbound(); next != null; next = channel.readInbound()) {
      assertThat(next.decoderResult().isSuccess()).isTrue();
    }
  }

  @Test
  void betweenRequestsNothingIsAsked() {
    send("GET / HTTP/1.1\r\n\r\n");
    pass(600);
    send("GET / HTTP/1.1\r\n\r\n");
    int requests = 0;
    for (HttpObject next = channel.readInbound(); next != null; next = channel.readInbound()) {
      assertThat(next.decoderResult().isSuccess()).isTrue();
      requests += next instanceof HttpRequest ? 1 : 0;
    }
    assertThat(requests).isEqualTo(2);
  }

  @Test
  void whatWeDoNotReadIsNotSlow() {
    send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n");
    assertThat((Object) channel.readInbound()).isInstanceOf(HttpRequest.class);
    channel.config().setAutoRead(false);
    pass(600);
    assertThat((Object) channel.readInbound()).isNull();
  }
}
