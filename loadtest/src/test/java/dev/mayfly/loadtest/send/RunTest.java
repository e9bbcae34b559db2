package dev.mayfly.loadtest.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.loadtest.measure.Cause;
import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Second;
import dev.mayfly.loadtest.measure.Series;
import dev.mayfly.loadtest.measure.Start;
import dev.mayfly.loadtest.measure.Times;
import dev.mayfly.loadtest.plan.Expectation;
import dev.mayfly.loadtest.plan.Limits;
import dev.mayfly.loadtest.plan.Mix;
import dev.mayfly.loadtest.plan.Model;
import dev.mayfly.loadtest.plan.Plan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Against servers that behave. */
class RunTest {
  @Test
  void sendsEveryArrivalOfTheOpenModelAndCountsEveryAnswer() {
    try (Server server = Server.always(Server.ok("", "hello"))) {
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/hello", Expectation.SUCCESS), Plans.SHORT, Plans.open(400, 0.5), 0.5));
      assertThat(result.good()).isEqualTo(200);
      assertThat(server.requests()).isEqualTo(200);
      assertThat(result.failed()).isZero();
      assertThat(result.sender().planned()).isEqualTo(200);
      assertThat(result.sender().sent()).isEqualTo(200);
      assertThat(result.sender().lag().getTotalCount()).isEqualTo(200);
      assertThat(result.series().getFirst().bytes()).isEqualTo(1000);
    }
  }

  @Test
  void tellsColdFromWarmAndReadsTheStages() {
    try (Server server = new Server((request, number, out, socket) -> out.write(Server.bytes(Server.ok("X-Mayfly-Start: " + (number == 1 ? "cold" : "warm")
        + "\r\nServer-Timing: queue;dur=0.5, restore;dur=" + (number == 1 ? "2" : "0") + ", run;dur=1\r\n", "x"))))) {
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/", Expectation.SUCCESS), Plans.SHORT, Plans.open(100, 0.2), 0.2));
      Series series = result.series().getFirst();
      assertThat(series.of(Start.COLD).count()).isEqualTo(1);
      assertThat(series.of(Start.WARM).count()).isEqualTo(19);
      assertThat(series.of(Start.NONE).count()).isZero();
      assertThat(series.of(Start.COLD).restore().getMaxValue()).isBetween(1_900_000L, 2_100_000L);
      assertThat(series.of(Start.WARM).queue().getTotalCount()).isEqualTo(19);
    }
  }

  @Test
  void aStallIsInTheResponseTimesOfAllThatWereDueInItButInFewServiceTimes() {
    // One connection: while the server holds the third request, no other is sent, though fifty fall due.
    Limits one = new Limits(Duration.ofSeconds(20), Duration.ofSeconds(60), 1, 10_000, 1 << 16, Duration.ofMillis(10), 1);
    try (Server server = new Server((request, number, out, socket) -> {
      if (number == 3) {
        Thread.sleep(500);
      }
      out.write(Server.bytes(Server.ok("", "x")));
    })) {
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/", Expectation.SUCCESS), one, Plans.open(100, 1), 1));
      Times times = result.series().getFirst().all();
      assertThat(times.count()).isEqualTo(100);
      long held = 200_000_000;
      assertThat(above(times.service(), held)).isEqualTo(1);
      assertThat(above(times.response(), held)).isGreaterThanOrEqualTo(25);
      assertThat(result.sender().waited()).isGreaterThanOrEqualTo(25);
    }
  }

  @Test
  void inTheClosedModelAStallIsOneSlowAnswer() {
    try (Server server = new Server((request, number, out, socket) -> {
      if (number == 3) {
        Thread.sleep(300);
      }
      out.write(Server.bytes(Server.ok("", "x")));
    })) {
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/", Expectation.SUCCESS), Plans.SHORT, Plans.closed(1), 0.6));
      Times times = result.series().getFirst().all();
      assertThat(above(times.response(), 250_000_000)).isEqualTo(1);
      assertThat(result.sender().planned()).isEqualTo(times.count());
    }
  }

  @Test
  void sendsABurstAllAtOnce() {
    AtomicInteger together = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (Server server = new Server((request, number, out, socket) -> {
      most.accumulateAndGet(together.incrementAndGet(), Math::max);
      while (most.get() < 40) {
        Thread.sleep(1);
      }
      together.decrementAndGet();
      out.write(Server.bytes(Server.ok("", "x")));
    })) {
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/", Expectation.SUCCESS), Plans.SHORT, Plans.burst(40), 1));
      assertThat(result.good()).isEqualTo(40);
      assertThat(most).hasValue(40);
    }
  }

  @Test
  void everyUserOfTheClosedModelHasOneRequestUnderWay() {
    AtomicInteger together = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (Server server = new Server((request, number, out, socket) -> {
      most.accumulateAndGet(together.incrementAndGet(), Math::max);
      Thread.sleep(5);
      together.decrementAndGet();
      out.write(Server.bytes(Server.ok("", "x")));
    })) {
      Limits two = new Limits(Duration.ofSeconds(20), Duration.ofSeconds(60), 64, 1000, 1 << 16, Duration.ofMillis(10), 2);
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/", Expectation.SUCCESS), two, Plans.closed(5), 0.5));
      assertThat(most).hasValue(5);
      assertThat(result.good()).isEqualTo(server.requests());
      assertThat(result.sender().connections()).isEqualTo(5);
    }
  }

  @Test
  void evictsBeforeEachRequestWhereAsked() {
    List<String> lines = new CopyOnWriteArrayList<>();
    try (Server server = new Server((request, number, out, socket) -> {
      lines.add(request.lines().findFirst().orElseThrow());
      out.write(Server.bytes(request.startsWith("POST") ? "HTTP/1.1 204 No Content\r\n\r\n" : Server.ok("X-Mayfly-Start: cold\r\n", "x")));
    })) {
      Model evicting = new Model.Closed(1, Duration.ofMillis(1), true, () -> Mix.even(List.of(0)).choices());
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/hello", Expectation.SUCCESS), Plans.SHORT, evicting, 0.3));
      assertThat(result.good()).isPositive();
      assertThat(result.failed()).isZero();
      for (int i = 0; i + 1 < lines.size(); i += 2) {
        assertThat(lines.subList(i, i + 2)).containsExactly("POST /functions/hello/evict HTTP/1.1", "GET /hello HTTP/1.1");
      }
    }
  }

  @Test
  void anEvictionThatFailsIsCountedAsSuch() {
    try (Server server = Server.always("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) {
      Model evicting = new Model.Closed(1, Duration.ZERO, true, () -> Mix.even(List.of(0)).choices());
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/hello", Expectation.SUCCESS), Plans.SHORT, evicting, 0.1));
      assertThat(result.series().getFirst().failures()).containsOnlyKeys(Cause.EVICTION);
      assertThat(result.good()).isZero();
    }
  }

  @Test
  void aWarmUpIsInTheSecondsAndInNoFigure() {
    try (Server server = Server.always(Server.ok("", "x"))) {
      Plan plan = Plans.one(server.url(), Plans.get("/", Expectation.SUCCESS), Plans.SHORT, Plans.open(100, 0.2), 0.2);
      Plan both = new Plan("test", plan.targets(), plan.calls(), List.of(Plans.phase("before", false, Plans.open(100, 0.2), 0.2), plan.phases().getFirst()), plan.limits(), List.of());
      Result result = Plans.run(both);
      assertThat(server.requests()).isEqualTo(40);
      assertThat(result.good()).isEqualTo(20);
      assertThat(result.sender().planned()).isEqualTo(20);
      assertThat(result.seconds().stream().mapToLong(Second::good).sum()).isEqualTo(40);
      assertThat(result.phases()).extracting("name").containsExactly("before", "load");
    }
  }

  @Test
  void theListenerHearsOfEverySecondWithItsHistograms() {
    List<Second> heard = new CopyOnWriteArrayList<>();
    AtomicInteger recorded = new AtomicInteger();
    Listener listener = intervals -> intervals.forEach(i -> {
      heard.add(i.second());
      recorded.addAndGet((int) i.response().getTotalCount());
      assertThat(i.response().getTag()).isEqualTo("server");
      assertThat(i.response().getEndTimeStamp()).isGreaterThanOrEqualTo(i.response().getStartTimeStamp());
    });
    try (Server server = Server.always(Server.ok("", "x"))) {
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/", Expectation.SUCCESS), Plans.SHORT, Plans.open(100, 1.5), 1.5), () -> false, listener);
      assertThat(recorded).hasValue(150);
      assertThat(heard).isEqualTo(result.seconds());
      assertThat(heard).extracting(Second::index).isSorted();
    }
  }

  @Test
  void aRunThatIsStoppedKeepsWhatItHas() {
    AtomicBoolean stopped = new AtomicBoolean();
    try (Server server = new Server((request, number, out, socket) -> {
      out.write(Server.bytes(Server.ok("", "x")));
      stopped.set(number >= 20);
    })) {
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/", Expectation.SUCCESS), Plans.SHORT, Plans.open(100, 3600), 3600), stopped::get, _ -> { });
      assertThat(result.interrupted()).isTrue();
      assertThat(result.good()).isGreaterThanOrEqualTo(19);
      assertThat(result.countedNanos()).isLessThan(Duration.ofMinutes(5).toNanos());
    }
  }

  @Test
  void aRunThatIsStoppedDoesNotWaitForAServerThatIsSilent() {
    AtomicBoolean stopped = new AtomicBoolean();
    try (Server server = new Server((request, number, out, socket) -> stopped.set(true))) {
      Limits patient = new Limits(Duration.ofSeconds(2), Duration.ofHours(1), 4, 1000, 1 << 16, Duration.ofMillis(10), 1);
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/", Expectation.SUCCESS), patient, Plans.open(100, 3600), 3600), stopped::get, _ -> { });
      assertThat(result.interrupted()).isTrue();
      assertThat(result.good() + result.failed()).isZero();
    }
  }

  @Test
  void sendsBodiesAndHeadersAndJudgesStatusAndBody() {
    try (Server server = new Server((request, number, out, socket) -> out.write(Server.bytes("HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\n"
        + (request.contains("X-A: b") && request.endsWith("{\"n\":1}") ? "made" : "lost"))))) {
      Expectation made = new Expectation(Set.of(201), Optional.of("made"), Optional.of("ad"), Optional.empty());
      dev.mayfly.loadtest.plan.Call call = new dev.mayfly.loadtest.plan.Call("order", 0, Optional.empty(), "POST", "/order", List.of(java.util.Map.entry("X-A", "b")),
          Server.bytes("{\"n\":1}"), made);
      Result result = Plans.run(Plans.one(server.url(), call, Plans.SHORT, Plans.open(50, 0.2), 0.2));
      assertThat(result.good()).isEqualTo(10);
    }
  }

  @Test
  void anAnswerToHeadHasNoBodyWhateverItsLength() {
    try (Server server = Server.always("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")) {
      dev.mayfly.loadtest.plan.Call call = new dev.mayfly.loadtest.plan.Call("head", 0, Optional.empty(), "HEAD", "/", List.of(), new byte[0], Expectation.SUCCESS);
      assertThat(Plans.run(Plans.one(server.url(), call, Plans.SHORT, Plans.open(50, 0.2), 0.2)).good()).isEqualTo(10);
    }
  }

  @Test
  void takesChunksAndAnswersThatEndWithTheConnectionAndInterimOnes() {
    List<String> answers = List.of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\nabc",
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
    Expectation abc = new Expectation(Set.of(), Optional.of("abc"), Optional.empty(), Optional.empty());
    try (Server server = new Server((request, number, out, socket) -> {
      String answer = answers.get(number % 3);
      out.write(Server.bytes(answer));
      if (answer.startsWith("HTTP/1.0")) {
        socket.shutdownOutput();
      }
    })) {
      Result result = Plans.run(Plans.one(server.url(), Plans.get("/", abc), Plans.SHORT, Plans.open(60, 0.5), 0.5));
      assertThat(result.series().getFirst().failures()).isEmpty();
      assertThat(result.good()).isEqualTo(30);
    }
  }

  private static long above(org.HdrHistogram.Histogram histogram, long nanos) {
    return histogram.getTotalCount() - histogram.getCountBetweenValues(0, nanos);
  }
}
