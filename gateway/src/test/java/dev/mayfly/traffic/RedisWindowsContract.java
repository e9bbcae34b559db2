package dev.mayfly.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mayfly.redis.RedisInstallation;
import dev.mayfly.redis.RedisLink;
import dev.mayfly.redis.RedisSettings;
import dev.mayfly.traffic.RedisWindows.Answer;
import dev.mayfly.traffic.RedisWindows.Held;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What windows in Redis do, whatever servers it is made of. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RedisWindowsContract {
  private RedisInstallation servers;
  private Vertx vertx;
  private RedisLink link;
  private RedisWindows windows;

  /** Starts the servers. @param folder that they may write into */
  abstract RedisInstallation servers(Path folder) throws Exception;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    servers = servers(folder);
    vertx = Vertx.vertx();
    link = new RedisLink(vertx, servers.address(), RedisSettings.DEFAULT);
    windows = new RedisWindows(link);
  }

  @BeforeEach
  void empty() throws Exception {
    servers.tellAll("FLUSHALL");
  }

  @AfterAll
  void close() throws Exception {
    link.close();
    await(vertx.close());
    servers.close();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Answer exchange(Reading... readings) throws Exception {
    return await(windows.exchange("me", List.of(readings), 1));
  }

  @Test
  void theScriptComputesWhatFunctionTrafficDoes() throws Exception {
    FunctionTraffic expected = new FunctionTraffic();
    SplittableRandom random = new SplittableRandom(5);
    Held last = null;
    for (int i = 0; i < 60; i++) {
      Counts counts = new Counts(random.nextInt(100), random.nextInt(3_000_000), random.nextInt(4), random.nextInt(500_000));
      last = exchange(new Reading("f", counts, -1, null)).windows().get("f");
      expected.add(counts, 1, last.window().atMillis());
    }
    assertClose(last.window(), expected.window());
  }

  @Test
  void gapsAreBinnedAndHalvedAsInJava() throws Exception {
    SplittableRandom random = new SplittableRandom(6);
    IdleGaps expected = IdleGaps.NONE;
    double seen = 0;
    for (int i = 0; i < 400; i++) {
      double gap = 2 + Math.pow(10, random.nextDouble(0, 5.2));
      // A window that was last used so long ago: Redis' own clock cannot be moved.
      rewind("g", gap);
      Held held = exchange(new Reading("g", new Counts(1, 0, 0, 0), -1, null)).windows().get("g");
      if (i > 0) {
        expected = expected.plus(gap);
        seen++;
      }
      assertThat(held.gapsSeen()).isEqualTo(seen);
    }
    IdleGaps gaps = exchange(new Reading("g", Counts.NONE, -1, null)).windows().get("g").window().gaps();
    double off = 0;
    for (int bin = 0; bin < IdleGaps.BINS; bin++) {
      off += Math.abs(gaps.weight(bin) - expected.weight(bin));
    }
    // Between rewinding and reading some milliseconds pass, so that a gap at a bin's end may fall into the next.
    assertThat(off).isLessThanOrEqualTo(6);
    assertThat(gaps.total()).isCloseTo(expected.total(), within(2.0));
  }

  private void rewind(String name, double seconds) throws Exception {
    String script = "local s = redis.call('GET', KEYS[1]) if s then local t = redis.call('TIME') local l = t[1] * 1000 + math.floor(t[2] / 1000) - ARGV[1] * 1000 "
        + "redis.call('SET', KEYS[1], s:sub(1, 56) .. struct.pack('<d', l) .. s:sub(65)) end";
    await(link.send(Request.cmd(Command.EVAL).arg(script).arg(1).arg(RedisWindows.key(name)).arg(Double.toString(seconds))));
  }

  private static void assertClose(Window actual, Window expected) {
    assertThat(actual.fastArrivals()).isCloseTo(expected.fastArrivals(), within(1e-6));
    assertThat(actual.slowArrivals()).isCloseTo(expected.slowArrivals(), within(1e-6));
    assertThat(actual.fastBusy()).isCloseTo(expected.fastBusy(), within(1e-6));
    assertThat(actual.slowBusy()).isCloseTo(expected.slowBusy(), within(1e-6));
    assertThat(actual.fastQueued()).isCloseTo(expected.fastQueued(), within(1e-6));
    assertThat(actual.slowCold()).isCloseTo(expected.slowCold(), within(1e-6));
  }

  @Test
  void whatIsOnlyReadIsNotMade() throws Exception {
    assertThat(exchange(new Reading("unknown", Counts.NONE, -1, null)).windows()).isEmpty();
    assertThat(await(link.send(Request.cmd(Command.EXISTS).arg(RedisWindows.key("unknown")))).toInteger()).isZero();
  }

  @Test
  void gapsThatTheCallerKnowsDoNotComeAgain() throws Exception {
    exchange(new Reading("f", new Counts(1, 0, 0, 0), -1, null));
    rewind("f", 100);
    Held first = exchange(new Reading("f", new Counts(1, 0, 0, 0), -1, null)).windows().get("f");
    assertThat(first.gapsKnown()).isFalse();
    assertThat(exchange(new Reading("f", Counts.NONE, first.gapsSeen(), null)).windows().get("f").gapsKnown()).isTrue();
  }

  @Test
  void gapsThatRedisLostAreGivenToItOnce() throws Exception {
    IdleGaps gaps = IdleGaps.NONE.plus(100).plus(200);
    Held held = exchange(new Reading("f", new Counts(1, 0, 0, 0), -1, gaps)).windows().get("f");
    assertThat(held.window().gaps()).isEqualTo(gaps);
    exchange(new Reading("f", Counts.NONE, -1, IdleGaps.NONE.plus(5)));
    assertThat(exchange(new Reading("f", Counts.NONE, -1, null)).windows().get("f").window().gaps()).isEqualTo(gaps);
  }

  @Test
  void scriptsThatWereFlushedAreGivenAgain() throws Exception {
    exchange(new Reading("f", new Counts(1, 0, 0, 0), -1, null));
    servers.tellAll("SCRIPT", "FLUSH");
    assertThat(exchange(new Reading("f", new Counts(1, 0, 0, 0), -1, null)).windows()).containsKey("f");
  }

  @Test
  void whatIsNoWindowIsReplaced() throws Exception {
    await(link.send(Request.cmd(Command.SET).arg(RedisWindows.key("f")).arg("nonsense")));
    assertThat(exchange(new Reading("f", Counts.NONE, -1, null)).windows()).isEmpty();
    assertThat(exchange(new Reading("f", new Counts(1, 0, 0, 0), -1, null)).windows()).containsKey("f");
  }

  @Test
  void keysExpire() throws Exception {
    exchange(new Reading("f", new Counts(1, 0, 0, 0), -1, null));
    assertThat(await(link.send(Request.cmd(Command.PTTL).arg(RedisWindows.key("f")))).toLong()).isPositive();
    assertThat(await(link.send(Request.cmd(Command.PTTL).arg("mayfly:{nodes}"))).toLong()).isPositive();
  }

  @Test
  void tenThousandWindowsTakeSeveralCallsAndOneAnswer() throws Exception {
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      readings.add(new Reading("f" + i, new Counts(i + 1, 0, 0, 0), -1, null));
    }
    Answer answer = await(windows.exchange("me", readings, 1));
    assertThat(answer.windows()).hasSize(10_000);
    double share = Average.FAST.share(1);
    assertThat(answer.windows().get("f41").window().fastArrivals()).isCloseTo(42 * share, within(0.01));
  }

  @Test
  void gatewaysAreThereWhileTheySaySo() throws Exception {
    await(windows.exchange("one", List.of(), 1));
    await(windows.exchange("two", List.of(), 1));
    assertThat(await(windows.exchange("one", List.of(), 1)).nodes()).containsExactlyInAnyOrder("one", "two");
    await(windows.leave("two"));
    assertThat(await(windows.exchange("one", List.of(), 1)).nodes()).containsExactly("one");
    await(windows.exchange("two", List.of(), 1));
    Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> await(windows.exchange("one", List.of(), 1)).nodes().equals(List.of("one")));
  }
}
