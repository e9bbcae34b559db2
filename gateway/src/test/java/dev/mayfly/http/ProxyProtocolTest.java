package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configuration;
import dev.mayfly.vm.DecodedHandOver;
import io.vertx.core.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whom the gateway takes for the client, behind a load balancer that speaks the PROXY protocol. */
final class ProxyProtocolTest {
  private static final String GET = "GET /peer/ HTTP/1.1\r\nHost: a\r\n";
  private static final String VERSION_2 = "\r\n\r\n\0\r\nQUIT\n";
  private GatewayFixture gateway;

  @AfterEach
  void close() {
    gateway.close();
  }

  private RawClient.Reply reply(String sent) {
    try (RawClient client = new RawClient(gateway.port())) {
      return client.send(sent).reply();
    }
  }

  private void trusting(String... networks) {
    gateway = new GatewayFixture(networks);
    gateway.function("peer", Configuration.Handler.WAGI, i -> Future.succeededFuture(GatewayFixture.exited(0,
        "content-type: text/plain\n\n" + DecodedHandOver.of(i.handOver()).environment().stream().filter(e -> e.startsWith("REMOTE_ADDR=")).findFirst().orElse("none")))).start();
  }

  @Test
  void aTrustedLoadBalancerNamesTheClientInEitherVersion() {
    trusting("127.0.0.0/8");
    assertThat(reply("PROXY TCP4 192.0.2.7 198.51.100.1 4711 80\r\n" + GET + "\r\n").body()).isEqualTo("REMOTE_ADDR=192.0.2.7");
    assertThat(reply("PROXY TCP6 2001:db8::7 2001:db8::1 4711 80\r\n" + GET + "\r\n").body()).isEqualTo("REMOTE_ADDR=2001:db8::7");
    String addresses = "\u00c0\u0000\u0002\u0008" + "\u00c6\u0033\u0064\u0001" + "\u0012\u0067" + "\0\120";
    assertThat(reply(VERSION_2 + "\u0021\u0011\0\u000c" + addresses + GET + "\r\n").body()).isEqualTo("REMOTE_ADDR=192.0.2.8");
  }

  @Test
  void aTrustedPeerNeedNoHeader() {
    trusting("127.0.0.0/8");
    assertThat(reply(GET + "\r\n").body()).isEqualTo("REMOTE_ADDR=127.0.0.1");
    assertThat(reply("PROXY UNKNOWN\r\n" + GET + "\r\n").body()).isEqualTo("REMOTE_ADDR=127.0.0.1");
  }

  @Test
  void theHeaderHoldsForAllRequestsOfItsConnection() {
    trusting("127.0.0.0/8");
    try (RawClient client = new RawClient(gateway.port())) {
      client.send("PROXY TCP4 192.0.2.7 198.51.100.1 4711 80\r\n" + GET + "\r\n");
      assertThat(client.reply().body()).isEqualTo("REMOTE_ADDR=192.0.2.7");
      assertThat(client.send(GET + "\r\n").reply().body()).isEqualTo("REMOTE_ADDR=192.0.2.7");
    }
  }

  @Test
  void aClientBehindTwoTrustedHopsIsFoundInTheForwardedField() {
    trusting("127.0.0.0/8", "10.0.0.0/8");
    assertThat(reply("PROXY TCP4 10.1.2.3 198.51.100.1 4711 80\r\n" + GET + "X-Forwarded-For: 192.0.2.9\r\n\r\n").body()).isEqualTo("REMOTE_ADDR=192.0.2.9");
    assertThat(reply("PROXY TCP4 192.0.2.7 198.51.100.1 4711 80\r\n" + GET + "X-Forwarded-For: 192.0.2.9\r\n\r\n").body()).isEqualTo("REMOTE_ADDR=192.0.2.7");
  }

  @Test
  void anyoneElseIsNotBelieved() {
    trusting("10.0.0.0/8");
    assertThat(reply("PROXY TCP4 192.0.2.7 198.51.100.1 4711 80\r\n" + GET + "\r\n").status()).isEqualTo(400);
    assertThat(reply(GET + "\r\n").body()).isEqualTo("REMOTE_ADDR=127.0.0.1");
  }

  @Test
  void aBrokenHeaderEndsTheConnection() {
    trusting("127.0.0.0/8");
    try (RawClient client = new RawClient(gateway.port())) {
      assertThat(client.send("PROXY TCP4 192.0.2.300 198.51.100.1 4711 80\r\n" + GET + "\r\n").isClosed()).isTrue();
    }
  }
}
