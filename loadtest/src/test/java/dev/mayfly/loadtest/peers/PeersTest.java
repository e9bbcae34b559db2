package dev.mayfly.loadtest.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.loadtest.compare.Comparer;
import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Runner;
import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Plan;
import dev.mayfly.loadtest.plan.Schedule;
import dev.mayfly.loadtest.report.Results;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PeersTest {
  private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
  @TempDir Path work;

  private static Contender contender(String name, boolean cold) {
    return new Contender(name, "a note", URI.create("http://127.0.0.1:1"), Optional.of(URI.create("http://127.0.0.1:2")), "/p", Optional.of("f"), cold);
  }

  @Test
  void thePlainHandlerAnswersWhatIsExpectedOfAll() throws Exception {
    int port = Server.freePort();
    Vertx vertx = PlainHandler.start(port);
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/x")).build(), HttpResponse.BodyHandlers.ofString()).body())
          .isEqualTo(contender("a", false).latency(10, Duration.ofSeconds(1)).calls().getFirst().expectation().body().orElseThrow());
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void aServerIsThereWhenItAnswersAndGoneWhenItIsClosed() throws Exception {
    int port = Server.freePort();
    List<String> command = List.of(JAVA, "-m", "jdk.httpserver", "-b", "127.0.0.1", "-p", Integer.toString(port), "-d", work.toString());
    Server server = Server.start("files", command, Map.of(), URI.create("http://127.0.0.1:" + port + "/"), work);
    assertThat(server.process().isAlive()).isTrue();
    server.close();
    server.close();
    assertThat(server.process().isAlive()).isFalse();
  }

  @Test
  void aServerThatDoesNotComeUpIsToldWithItsLog() {
    assertThatThrownBy(() -> Server.start("bad", List.of(JAVA, "-cp", work.toString(), "NoSuchClass"), Map.of(), URI.create("http://127.0.0.1:1/"), work))
        .isInstanceOf(IOException.class).hasMessageContaining("bad did not come up").hasMessageContaining("NoSuchClass");
  }

  @Test
  void coldOnesAreEvictedBeforeEachRequestAndMustSayThatTheyAreCold() {
    Plan cold = contender("c", true).latency(100, Duration.ofSeconds(2));
    assertThat(cold.phases()).allMatch(phase -> phase.model() instanceof Model.Closed closed && closed.evict() && closed.users() == 1);
    assertThat(cold.calls().getFirst().expectation().start()).contains("cold");
    assertThat(cold.calls().getFirst().function()).contains("f");
  }

  @Test
  void theOthersGetArrivalsAtTheRate() {
    Plan warm = contender("w", false).latency(100, Duration.ofSeconds(2));
    Schedule schedule = ((Model.Open) warm.phases().getLast().model()).schedule().get();
    int arrivals = 0;
    while (schedule.next()) {
      assertThat(schedule.dueNanos()).isLessThan(2_000_000_000L);
      arrivals++;
    }
    assertThat(arrivals).isBetween(140, 260);
  }

  @Test
  void theTableHasARowForEachWithItsRatioToTheFirst() throws InterruptedException {
    Runner runner = new Runner() {
      @Override
      public Result run(Plan plan, Listener listener) {
        return Results.run(plan.title(), 3, 100, plan.title().equals("slow") ? 3 : 1, plan.title().length());
      }

      @Override
      public void stop() {}
    };
    List<Contender> contenders = List.of(contender("first", false), contender("slow", false));
    Comparer.Outcome outcome = new Comparer(runner).compare(contenders.stream().map(c -> c.latency(1, Duration.ofSeconds(1))).toList(), 3, _ -> { });
    String table = Peers.table(contenders, outcome, List.of(1000.0, Double.NaN));
    assertThat(table).contains("| first | a note ", "p50 / first", "1,000/s", "| slow  | a note ").containsPattern("\\| (2\\.[89]|3\\.[01])\\d? \\(");
  }
}
