package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.function.DeployException;
import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProgramRunTest {
  private static final Image IMAGE = new Image("0".repeat(64), Path.of("image"), 4096, 1 << 20);
  private static final Optional<Duration> ONE_SECOND = Optional.of(Duration.ofSeconds(1));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();

  private ProgramRun run(ScriptedEngine engine, StandardStreams streams) {
    return new ProgramRun(engine, streams, new PrintStream(messages, true, StandardCharsets.UTF_8), clock::get);
  }

  private StandardStreams streams(InputStream in) {
    return new StandardStreams(in, out, OutputStream.nullOutputStream(), _ -> false);
  }

  private int status(ScriptedEngine engine, Optional<Duration> timeout) throws Exception {
    return run(engine, streams(InputStream.nullInputStream())).run(IMAGE, "x.wasm", timeout);
  }

  @Test
  void theStatusIsTheProgramsAndNothingIsSaid() throws Exception {
    ScriptedEngine engine = new ScriptedEngine(s -> {
      s.output(ByteBuffer.wrap("hello\n".getBytes(StandardCharsets.UTF_8)));
      return new Outcome.Exited(7);
    });
    assertThat(status(engine, Optional.empty())).isEqualTo(7);
    assertThat(out).hasToString("hello\n");
    assertThat(messages).hasToString("");
    assertThat(engine.happened).containsExactly("boot at start", "start", "machine closed", "snapshot closed");
  }

  @Test
  void aTrapIsOneMessageAnd134() throws Exception {
    assertThat(status(new ScriptedEngine(_ -> new Outcome.Trapped("wasm `unreachable`")), Optional.empty())).isEqualTo(134);
    assertThat(messages).hasToString("mayfly: x.wasm: trapped: wasm `unreachable`" + System.lineSeparator());
  }

  @Test
  void aTrapBeforeTheFirstInstructionIsATrapToo() throws Exception {
    assertThat(status(new ScriptedEngine(new Boot.Failure(Boot.Failure.Kind.TRAPPED, "out of bounds")), Optional.empty())).isEqualTo(134);
  }

  @Test
  void aFileThatCannotBeRunIsTold() {
    assertThatThrownBy(() -> status(new ScriptedEngine(new Boot.Failure(Boot.Failure.Kind.REFUSED, "imports env.nothing")), Optional.empty()))
        .isInstanceOf(DeployException.class).hasMessage("x.wasm: imports env.nothing");
  }

  @Test
  void aMachineThatFailsIsToldAnd1() throws Exception {
    assertThat(status(new ScriptedEngine(_ -> new Outcome.Broken("vector 13")), Optional.empty())).isEqualTo(1);
    assertThat(messages.toString()).contains("x.wasm: its machine failed: vector 13");
  }

  @Test
  void aProgramThatRunsOnIsStoppedAtItsTimeOutWith124() throws Exception {
    ScriptedEngine engine = new ScriptedEngine(_ -> {
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(400));
      return new Outcome.Sliced();
    }, _ -> {
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(600));
      return new Outcome.Sliced();
    });
    assertThat(status(engine, ONE_SECOND)).isEqualTo(124);
    assertThat(messages).hasToString("mayfly: x.wasm: stopped after its time-out of 1s" + System.lineSeparator());
    assertThat(engine.slices).containsExactly(TimeUnit.MILLISECONDS.toNanos(1000), TimeUnit.MILLISECONDS.toNanos(600));
  }

  @Test
  void withoutATimeOutItMayRunForHours() throws Exception {
    ScriptedEngine engine = new ScriptedEngine(_ -> {
      clock.addAndGet(TimeUnit.DAYS.toNanos(9));
      return new Outcome.Sliced();
    }, _ -> new Outcome.Exited(0));
    assertThat(status(engine, Optional.empty())).isZero();
    assertThat(engine.slices).allMatch(s -> s == TimeUnit.HOURS.toNanos(1));
  }

  @Test
  void aWaitForATimeGoesOnAfterIt() throws Exception {
    ScriptedEngine engine = new ScriptedEngine(_ -> new Outcome.Waiting(1000, false), _ -> new Outcome.Exited(0));
    assertThat(status(engine, ONE_SECOND)).isZero();
    assertThat(engine.happened).contains("start", "resume");
  }

  @Test
  void aWaitForInputGoesOnWithIt() throws Exception {
    ScriptedEngine engine = new ScriptedEngine(s -> {
      assertThat(s.read(ByteBuffer.allocate(9))).isZero();
      return new Outcome.Waiting(Long.MAX_VALUE, true);
    }, s -> {
      ByteBuffer got = ByteBuffer.allocate(9);
      s.read(got);
      s.output(got.flip());
      return new Outcome.Waiting(Long.MAX_VALUE, true);
    }, s -> new Outcome.Exited(s.atEnd() ? 0 : 1));
    StandardStreams streams = streams(new ByteArrayInputStream("typed".getBytes(StandardCharsets.UTF_8)));
    assertThat(run(engine, streams).run(IMAGE, "x.wasm", Optional.empty())).isZero();
    assertThat(out).hasToString("typed");
  }

  @Test
  void stopEndsAProgramThatWaitsWith130() throws Exception {
    ScriptedEngine engine = new ScriptedEngine(_ -> new Outcome.Waiting(Long.MAX_VALUE, true));
    ProgramRun run = run(engine, streams(new PipedInputStream(new PipedOutputStream())));
    CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> {
      try {
        return run.run(IMAGE, "x.wasm", Optional.empty());
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    });
    await().until(() -> engine.happened.contains("start"));
    run.stop();
    assertThat(engine.stopped).isTrue();
    assertThat(engine.happened).contains("machine closed");
    assertThat(status.get()).isEqualTo(130);
    assertThat(messages).hasToString("");
  }

  @Test
  void stopBeforeTheStartStopsTheMachine() throws Exception {
    ScriptedEngine engine = new ScriptedEngine(_ -> new Outcome.Stopped());
    ProgramRun run = run(engine, streams(InputStream.nullInputStream()));
    run.stop();
    assertThat(run.run(IMAGE, "x.wasm", Optional.empty())).isEqualTo(130);
    assertThat(engine.stopped).isTrue();
  }

  @Test
  void outputThatNobodyTakesEndsItAsSigpipeWould() throws Exception {
    StandardStreams streams = new StandardStreams(InputStream.nullInputStream(), new PipedOutputStream(), OutputStream.nullOutputStream(), _ -> false);
    ScriptedEngine engine = new ScriptedEngine(s -> s.output(ByteBuffer.wrap(new byte[1])) ? new Outcome.Exited(0) : new Outcome.Stopped());
    assertThat(run(engine, streams).run(IMAGE, "x.wasm", Optional.empty())).isEqualTo(141);
    assertThat(messages).hasToString("");
  }

  @Test
  void outputThatFindsNoRoomIsTold() throws Exception {
    OutputStream full = new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("No space left on device");
      }
    };
    StandardStreams streams = new StandardStreams(InputStream.nullInputStream(), full, OutputStream.nullOutputStream(), _ -> false);
    ScriptedEngine engine = new ScriptedEngine(s -> s.output(ByteBuffer.wrap(new byte[1])) ? new Outcome.Exited(0) : new Outcome.Stopped());
    assertThat(run(engine, streams).run(IMAGE, "x.wasm", Optional.empty())).isEqualTo(1);
    assertThat(messages).hasToString("mayfly: x.wasm: its output cannot be written: No space left on device\n");
  }
}
