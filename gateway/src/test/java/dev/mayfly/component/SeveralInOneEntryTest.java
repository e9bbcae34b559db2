package dev.mayfly.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mayfly.RealGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that go into one kept machine together: what each does is its own affair. */
@Timeout(120)
final class SeveralInOneEntryTest {
  private static final int CLIENTS = 24;
  private static final int ROUNDS = 60;
  /** At most so many tries until requests have met: whether they do is a matter of the machine's pace. */
  private static final int TRIES = 20;

  @TempDir Path folder;

  /** With a query in each target, without which the component, being kept, reads on in the last one. */
  private interface Client {
    void ask(int port, int number);
  }

  /** All clients at the same time, each over and over. */
  private static void storm(int port, Client client) throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int first = i * ROUNDS;
        all.add(clients.submit(() -> {
          for (int n = first; n < first + ROUNDS; n++) {
            client.ask(port, n);
          }
        }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private void stormUntilTheyMeet(RealGateway gateway, Client client) throws Exception {
    for (int i = 0; i < TRIES && gateway.metric("mayfly_followed_requests_total") == 0; i++) {
      storm(gateway.port(), RealHello::ask);
    }
    assertThat(gateway.metric("mayfly_followed_requests_total")).as("requests that followed another").isPositive();
    storm(gateway.port(), client);
    assertThat(gateway.busy()).isZero();
    assertThat(gateway.metric("mayfly_queued_requests")).isZero();
  }

  private static final class RealHello {
    static void ask(int port, int number) {
      assertThat(Wire.get(port, "/hello?x").body()).isEqualTo("hello");
    }
  }

  private RealGateway gateway(String settings) throws Exception {
    assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "no /dev/kvm");
    return RealGateway.start(folder, ", memory: 4MiB, concurrency: 3, queue: {length: 1000}" + settings);
  }

  @Test
  void eachHasItsOwnAnswer() throws Exception {
    try (RealGateway gateway = gateway(", fresh: never")) {
      stormUntilTheyMeet(gateway, (port, number) -> {
        String body = "body " + number;
        switch (number % 3) {
          case 0 -> assertThat(Wire.get(port, "/hello?x").body()).isEqualTo("hello");
          case 1 -> assertThat(Wire.send(port, "POST", "/echo?x", body, "content-length: " + body.length()).body()).isEqualTo(body);
          default -> assertThat(Wire.get(port, "/status?x", "x-status: " + (200 + number % 90)).status()).isGreaterThanOrEqualTo(200);
        }
      });
    }
  }

  @Test
  void oneThatTrapsOrExitsOrNeverAnswersIsTheOnlyOneThatFails() throws Exception {
    try (RealGateway gateway = gateway(", fresh: 50")) {
      stormUntilTheyMeet(gateway, (port, number) -> {
        List<String> bad = List.of("/trap?x", "/exit-failed?x", "/never?x", "/trap-half?x");
        if (number % 7 == 0) {
          Wire.Answer answer = Wire.get(port, bad.get(number / 7 % bad.size()));
          assertThat(answer.end() != Wire.End.WHOLE || answer.status() >= 500).as("%s", answer).isTrue();
        } else {
          assertThat(Wire.get(port, "/hello?x").body()).isEqualTo("hello");
        }
      });
    }
  }

  @Test
  void oneThatWaitsHoldsUpNoOther() throws Exception {
    try (RawUpstream upstream = new RawUpstream()) {
      upstream.does(c -> {
        c.head();
        Thread.sleep(20); // what a slow server takes: the others are answered meanwhile
        c.say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");
      });
      try (RealGateway gateway = gateway(", fresh: never, outbound: ['http://127.0.0.1:" + upstream.port() + "']")) {
        stormUntilTheyMeet(gateway, (port, number) -> {
          if (number % 9 == 0) {
            Wire.Answer answer = Wire.get(port, "/call?x", "x-authority: 127.0.0.1:" + upstream.port());
            assertThat(answer.body()).as("%s", answer).isEqualTo("hi");
          } else {
            assertThat(Wire.get(port, "/hello?x").body()).isEqualTo("hello");
          }
        });
      }
    }
  }
}
