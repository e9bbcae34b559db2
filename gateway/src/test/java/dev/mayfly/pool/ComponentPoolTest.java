package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Fresh;
import dev.mayfly.pool.ComponentScript.Guest;
import dev.mayfly.pool.Result.Verdict;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageWriter;
import dev.mayfly.vm.Outcome;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Requests to components, on real threads, over machines without a guest. */
@Timeout(60)
class ComponentPoolTest {
  private static Vertx vertx;
  private final RecordingCaller caller = new RecordingCaller();
  private ComponentPool pool;
  private FunctionPool functions;

  @BeforeAll
  static void begin() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void end() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    pool.close();
    assertThat(pool.wrong()).isEmpty();
    assertThat(pool.engine.open()).isZero();
    assertThat(pool.memory.used()).isZero();
  }

  private void start(Guest guest) {
    start(new ComponentPool(guest));
  }

  private void start(ComponentPool made) {
    pool = made;
    functions = made.start(vertx);
  }

  private HttpServing serve(boolean hasBody) {
    return serve(hasBody, caller);
  }

  private HttpServing serve(boolean hasBody, HttpCaller to) {
    return functions.serve(new HttpInvocation(HandOver.EMPTY, hasBody, to));
  }

  @Test
  void anAnswerThatIsThereAtOnceComesInOnePart() throws Exception {
    start(ComponentScript.says("hello", "x-a", "1"));
    serve(false);
    HttpPart part = caller.part();
    assertThat(part.head().status()).isEqualTo(200);
    assertThat(part.head().fields()).containsExactly(new HttpField("x-a", "1"));
    assertThat(part.head().cold()).isTrue();
    assertThat(part.body()).isEqualTo(Buffer.buffer("hello"));
    assertThat(part.trailers()).isEmpty();
    assertThat(part.failure()).isNull();
    await().until(() -> pool.engine.resets.get() == 1);
  }

  @Test
  void theHeadGoesOutWhileTheProgramSleeps() throws Exception {
    start(guest -> switch (guest.entry) {
      case 1 -> {
        guest.head(200).body("one");
        yield new Outcome.Waiting(50_000_000, false);
      }
      default -> {
        guest.body("two").end("t", "v");
        yield ComponentScript.EXITED;
      }
    });
    serve(false);
    assertThat(caller.part().body()).isEqualTo(Buffer.buffer("one"));
    HttpPart last = caller.part();
    assertThat(last.body()).isEqualTo(Buffer.buffer("two"));
    assertThat(last.trailers()).containsExactly(new HttpField("t", "v"));
  }

  @Test
  void itsLogIsWrittenWhileItStillRunsAndInOrder() throws Exception {
    Queue<String> lines = new ConcurrentLinkedQueue<>();
    AppenderBase<ILoggingEvent> heard = new AppenderBase<>() {
      @Override
      protected void append(ILoggingEvent event) {
        lines.add(event.getFormattedMessage());
      }
    };
    heard.start();
    Logger logger = (Logger) LoggerFactory.getLogger("function.c");
    logger.addAppender(heard);
    logger.setLevel(Level.INFO);
    try {
      start(guest -> {
        if (guest.entry == 1) {
          guest.log("first\nsecond\nthi").head(200).body("one").want();
          return null;
        }
        guest.log("rd\nfourth").end();
        return ComponentScript.EXITED;
      });
      HttpServing serving = serve(true);
      caller.part();
      await().untilAsserted(() -> assertThat(lines).containsExactly("first", "second"));
      serving.bodyEnd(List.of());
      caller.part();
      await().untilAsserted(() -> assertThat(lines).containsExactly("first", "second", "third", "fourth"));
    } finally {
      logger.setLevel(null);
      logger.detachAppender(heard);
    }
  }

  @Test
  void theBodyIsAskedForOnlyWhenTheProgramWantsItAndComesBackWhole() throws Exception {
    start(ComponentScript.echo());
    HttpServing serving = serve(true);
    assertThat(caller.part().head().status()).isEqualTo(200);
    await().until(() -> caller.wanted.get() > 0);
    serving.body(Buffer.buffer("one"));
    assertThat(caller.part().body()).isEqualTo(Buffer.buffer("one"));
    serving.body(Buffer.buffer("two"));
    serving.bodyEnd(List.of());
    assertThat(caller.whole().body()).isEqualTo(Buffer.buffer("two"));
  }

  @Test
  void aProgramThatDoesNotReadAsksForNothing() throws Exception {
    start(ComponentScript.says("hello"));
    serve(true);
    caller.whole();
    assertThat(caller.wanted).hasValue(0);
  }

  @Test
  void aLargePieceIsCutToWhatFitsIn() throws Exception {
    start(ComponentScript.echo());
    HttpServing serving = serve(true);
    Buffer large = Buffer.buffer(new byte[700_000]);
    serving.body(large);
    serving.bodyEnd(List.of());
    assertThat(caller.whole().body().length()).isEqualTo(700_000);
  }

  @Test
  void theProgramIsHeldWhileTheClientIsBehind() throws Exception {
    AtomicInteger written = new AtomicInteger();
    start(guest -> {
      if (guest.entry == 1) {
        guest.head(200);
      }
      guest.read();
      if (guest.isHeld()) {
        return null;
      }
      if (written.get() == 100) {
        guest.end();
        return ComponentScript.EXITED;
      }
      guest.body(new byte[60_000]);
      written.incrementAndGet();
      return guest.isHeld() ? null : new Outcome.Waiting(0, false);
    });
    caller.behind = true;
    HttpServing serving = serve(false);
    caller.part();
    int before = settled(written);
    assertThat(before).as("what there is credit for, and one that waits").isEqualTo(Message.RESPONSE_CREDIT / 60_000 + 1);
    caller.behind = false;
    serving.drained();
    assertThat(caller.whole().failure()).isNull();
    assertThat(written).hasValue(100);
  }

  /** A count that no longer changes, as long as the client is behind. */
  private static int settled(AtomicInteger count) {
    AtomicInteger last = new AtomicInteger(-1);
    await().pollInterval(Duration.ofMillis(50)).until(() -> last.getAndSet(count.get()) == count.get());
    return count.get();
  }

  @Test
  void aHundredThatWaitForTheirClientsHoldNoThread() throws Exception {
    ComponentPool made = new ComponentPool(ComponentScript.echo());
    made.concurrency = 100;
    start(made);
    List<HttpServing> servings = new ArrayList<>();
    List<RecordingCaller> callers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      RecordingCaller one = new RecordingCaller();
      callers.add(one);
      servings.add(serve(true, one));
    }
    for (RecordingCaller one : callers) {
      one.part();
    }
    await().until(() -> functions.stats().busy() == 100);
    await("those that wait count with what they hold").until(() -> pool.memory.used() <= 100);
    servings.forEach(s -> s.bodyEnd(List.of()));
    for (RecordingCaller one : callers) {
      assertThat(one.whole().failure()).isNull();
    }
    assertThat(pool.engine.threads).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void aProgramThatEndsWithoutAnAnswerSaysSo() throws Exception {
    start(guest -> ComponentScript.EXITED);
    serve(false);
    assertThat(caller.part().failure().verdict()).isEqualTo(Verdict.NO_RESPONSE);
  }

  @Test
  void moreThanThereIsCreditForLosesTheMachine() throws Exception {
    start(guest -> {
      guest.head(200).record(new MessageWriter(Message.RESPONSE_BODY).raw(new byte[Message.RESPONSE_CREDIT + 1])).end();
      return ComponentScript.EXITED;
    });
    serve(false);
    Result failure = caller.whole().failure();
    assertThat(failure.verdict()).isEqualTo(Verdict.BROKEN);
    assertThat(failure.detail()).contains("credit");
  }

  @Test
  void aClientThatIsBehindHoldsNoReading() throws Exception {
    AtomicInteger read = new AtomicInteger();
    start(guest -> {
      if (guest.entry == 1) {
        guest.head(200).body(new byte[Message.RESPONSE_CREDIT + 1]).want();
      }
      for (ComponentScript.Given given : guest.read()) {
        read.addAndGet(given.bytes().length);
        guest.want();
      }
      return null;
    });
    caller.behind = true;
    HttpServing serving = serve(true);
    caller.part();
    for (int i = 1; i <= 3; i++) {
      serving.body(Buffer.buffer("x"));
      int so = i;
      await().until(() -> read.get() == so);
    }
    serving.gone();
  }

  @Test
  void aTrapBeforeTheHeadIsAFailureWithoutAHead() throws Exception {
    start(guest -> new Outcome.Trapped("unreachable"));
    serve(false);
    HttpPart part = caller.part();
    assertThat(part.head()).isNull();
    assertThat(part.failure().verdict()).isEqualTo(Verdict.TRAPPED);
    assertThat(part.failure().detail()).isEqualTo("unreachable");
    await().until(() -> functions.stats().discarded() == 1);
  }

  @Test
  void aTrapAfterTheHeadBreaksTheAnswer() throws Exception {
    start(guest -> {
      guest.head(200).body("half");
      return new Outcome.Trapped("unreachable");
    });
    serve(false);
    HttpPart whole = caller.whole();
    assertThat(whole.head().status()).isEqualTo(200);
    assertThat(whole.failure().verdict()).isEqualTo(Verdict.TRAPPED);
  }

  @Test
  void aBodyGivenUpBreaksTheAnswer() throws Exception {
    start(guest -> {
      guest.head(200).body("half").abort();
      return ComponentScript.EXITED;
    });
    serve(false);
    assertThat(caller.whole().failure().verdict()).isEqualTo(Verdict.ABORTED);
  }

  @Test
  void anEndWithoutTheBodysEndBreaksTheAnswerToo() throws Exception {
    start(guest -> {
      guest.head(200).body("half");
      return ComponentScript.EXITED;
    });
    serve(false);
    assertThat(caller.whole().failure().verdict()).isEqualTo(Verdict.ABORTED);
  }

  @Test
  void anErrorInsteadOfAnAnswerNamesItsCode() throws Exception {
    start(guest -> {
      guest.error("DNS-timeout", "slow");
      return ComponentScript.EXITED;
    });
    serve(false);
    Result failure = caller.part().failure();
    assertThat(failure.verdict()).isEqualTo(Verdict.ERROR_RESPONSE);
    assertThat(failure.detail()).isEqualTo("DNS-timeout: slow");
  }

  @Test
  void whatFollowsTheAnswerRunsOnAndItsTrapDoesNotReachTheClient() throws Exception {
    start(guest -> switch (guest.entry) {
      case 1 -> {
        guest.head(200).end();
        yield new Outcome.Waiting(1_000_000, false);
      }
      default -> new Outcome.Trapped("late");
    });
    serve(false);
    assertThat(caller.whole().failure()).isNull();
    await().until(() -> functions.stats().discarded() == 1);
    assertThat(caller.parts).isEmpty();
  }

  @Test
  void aSecondHeadLosesTheMachine() throws Exception {
    start(guest -> {
      guest.head(200).head(201);
      return ComponentScript.EXITED;
    });
    serve(false);
    assertThat(caller.whole().failure().verdict()).isEqualTo(Verdict.BROKEN);
  }

  @Test
  void aBodyBeforeTheHeadLosesTheMachine() throws Exception {
    start(guest -> {
      guest.body("x");
      return ComponentScript.EXITED;
    });
    serve(false);
    assertThat(caller.whole().failure().verdict()).isEqualTo(Verdict.BROKEN);
  }

  @Test
  void aRecordThatNobodyTakesLosesTheMachine() throws Exception {
    start(guest -> {
      guest.record(new MessageWriter(99));
      return ComponentScript.EXITED;
    });
    serve(false);
    assertThat(caller.whole().failure().detail()).contains("kind 99");
  }

  @Test
  void moreThanTheWrittenLimitIsTooMuch() throws Exception {
    ComponentPool made = new ComponentPool(guest -> {
      guest.head(200).body("0123456789");
      return ComponentScript.EXITED;
    });
    made.limits = new Configuration.Limits(5, 5, 65_536, 65_536, Duration.ofSeconds(10), true, true);
    made.engine.program = (vm, streams) -> {
      new ComponentScript(streams, 1, vm.flow).head(200);
      return streams.record(4, java.nio.ByteBuffer.wrap(new byte[10])) ? ComponentScript.EXITED : new Outcome.Stopped();
    };
    start(made);
    serve(false);
    assertThat(caller.whole().failure().verdict()).isEqualTo(Verdict.OUTPUT_TOO_LARGE);
  }

  @Test
  void noHeadInTimeIsATimeOut() throws Exception {
    ComponentPool made = new ComponentPool(guest -> new Outcome.Waiting(Long.MAX_VALUE, false));
    made.timeout = Duration.ofMillis(50);
    start(made);
    serve(false);
    assertThat(caller.part().failure().verdict()).isEqualTo(Verdict.TIMED_OUT);
    await().until(() -> functions.stats().discarded() == 1);
  }

  @Test
  void waitingForTheClientIsNotCounted() throws Exception {
    ComponentPool made = new ComponentPool(guest -> {
      if (guest.entry == 1) {
        guest.want();
        return null;
      }
      guest.read();
      guest.head(200).end();
      return ComponentScript.EXITED;
    });
    made.timeout = Duration.ofMillis(30);
    start(made);
    HttpServing serving = serve(true);
    await().until(() -> caller.wanted.get() > 0);
    await().pollDelay(Duration.ofMillis(150)).until(() -> caller.parts.isEmpty());
    serving.body(Buffer.buffer("x"));
    assertThat(caller.part().failure()).isNull();
  }

  @Test
  void aStreamThatFallsSilentIsBrokenOff() throws Exception {
    ComponentPool made = new ComponentPool(guest -> {
      guest.head(200).body("one");
      return new Outcome.Waiting(Long.MAX_VALUE, false);
    });
    made.idle = Duration.ofMillis(50);
    start(made);
    serve(false);
    assertThat(caller.whole().failure().verdict()).isEqualTo(Verdict.SILENT);
  }

  @Test
  void aStreamMayTakeLongerThanItsTimeOutWhileItSpeaks() throws Exception {
    ComponentPool made = new ComponentPool(guest -> {
      if (guest.entry == 1) {
        guest.head(200);
      }
      if (guest.entry == 12) {
        guest.end();
        return ComponentScript.EXITED;
      }
      guest.body("tick");
      return new Outcome.Waiting(20_000_000, false);
    });
    made.timeout = Duration.ofMillis(100);
    made.idle = Duration.ofSeconds(20);
    start(made);
    serve(false);
    HttpPart whole = caller.whole();
    assertThat(whole.failure()).isNull();
    assertThat(whole.body().length()).isEqualTo(44);
  }

  @Test
  void aClientThatLeavesWhileItsMachineWaitsGivesBackAMachineThatCanBeReset() throws Exception {
    start(ComponentScript.echo());
    for (int i = 0; i < 20; i++) {
      RecordingCaller one = new RecordingCaller();
      HttpServing serving = serve(true, one);
      one.part();
      await().until(() -> one.wanted.get() > 0);
      serving.gone();
      await().until(() -> functions.stats().busy() == 0);
      assertThat(one.parts).isEmpty();
    }
    assertThat(pool.made()).isLessThan(10);
    assertThat(functions.stats().discarded()).isLessThan(10);
  }

  @Test
  void aClientThatLeavesTheQueueIsForgotten() throws Exception {
    ComponentPool made = new ComponentPool(ComponentScript.echo());
    made.concurrency = 1;
    start(made);
    HttpServing first = serve(true);
    caller.part();
    RecordingCaller second = new RecordingCaller();
    HttpServing waits = serve(true, second);
    await().until(() -> functions.stats().queued() == 1);
    waits.gone();
    await().until(() -> functions.stats().queued() == 0);
    first.bodyEnd(List.of());
    assertThat(caller.whole().failure()).isNull();
    assertThat(second.parts).isEmpty();
    assertThat(pool.made()).isEqualTo(1);
  }

  @Test
  void aNumberOfRequestsIsServedBeforeAReset() throws Exception {
    ComponentPool made = new ComponentPool(ComponentScript.says("x"));
    made.fresh = new Fresh(Fresh.Kind.NUMBER, 3);
    start(made);
    for (int i = 0; i < 6; i++) {
      serve(false);
      caller.whole();
      await().until(() -> functions.stats().warm() == 1);
    }
    assertThat(pool.engine.resets).hasValue(2);
    assertThat(pool.engine.kept).hasValue(4);
    assertThat(pool.made()).isEqualTo(1);
    assertThat(functions.stats().resets()).isEqualTo(2);
  }

  @Test
  void neverFreshIsNeverReset() throws Exception {
    ComponentPool made = new ComponentPool(ComponentScript.says("x"));
    made.fresh = new Fresh(Fresh.Kind.NEVER, Integer.MAX_VALUE);
    start(made);
    for (int i = 0; i < 5; i++) {
      serve(false);
      caller.whole();
      await().until(() -> functions.stats().warm() == 1);
    }
    assertThat(pool.engine.resets).hasValue(0);
    assertThat(pool.made()).isEqualTo(1);
  }

  @Test
  void aMachineForEachRequestIsClosedAfterIt() throws Exception {
    ComponentPool made = new ComponentPool(ComponentScript.says("x"));
    made.fresh = new Fresh(Fresh.Kind.MACHINE, 1);
    start(made);
    for (int i = 0; i < 3; i++) {
      serve(false);
      caller.whole();
      await().until(() -> functions.stats().machines() == 0);
    }
    assertThat(pool.made()).isEqualTo(3);
  }

  @Test
  void aProgramThatReadsOnAfterTheEndWaitsUntilItsTimeIsOver() throws Exception {
    ComponentPool made = new ComponentPool(guest -> {
      guest.read();
      guest.want();
      return null;
    });
    made.timeout = Duration.ofMillis(50);
    start(made);
    serve(false);
    assertThat(caller.part().failure().verdict()).isEqualTo(Verdict.TIMED_OUT);
  }

  @Test
  void theStopEndsWhatStreams() throws Exception {
    start(ComponentScript.echo());
    serve(true);
    caller.part();
    functions.stop(Duration.ZERO).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(caller.part().failure().verdict()).isEqualTo(Verdict.STOPPING);
  }
}
