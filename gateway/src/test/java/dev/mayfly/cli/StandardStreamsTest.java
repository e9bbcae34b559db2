package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.vm.Streams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StandardStreamsTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(50);

  private static StandardStreams of(InputStream in) {
    return new StandardStreams(in, OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), _ -> false);
  }

  @Test
  void inputIsLeftAloneUntilTheProgramWaitsForIt() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    StandardStreams streams = of(new InputStream() {
      @Override
      public int read() {
        reads.incrementAndGet();
        return -1;
      }
    });
    assertThat(streams.read(ByteBuffer.allocate(8))).isZero();
    assertThat(streams.atEnd()).isFalse();
    streams.await(1, false);
    assertThat(reads).hasValue(0);
    streams.await(LONG, true);
    assertThat(reads).hasPositiveValue();
    assertThat(streams.atEnd()).isTrue();
    assertThat(streams.read(ByteBuffer.allocate(8))).isEqualTo(Streams.END);
  }

  @Test
  void inputThatComesLaterEndsTheWait() throws Exception {
    PipedInputStream in = new PipedInputStream();
    PipedOutputStream typed = new PipedOutputStream(in);
    StandardStreams streams = of(in);
    streams.await(TimeUnit.MILLISECONDS.toNanos(1), true);
    assertThat(streams.read(ByteBuffer.allocate(8))).isZero();
    typed.write("abc".getBytes(StandardCharsets.UTF_8));
    typed.flush();
    streams.await(LONG, true);
    ByteBuffer two = ByteBuffer.allocate(2);
    assertThat(streams.read(two)).isEqualTo(2);
    assertThat(streams.atEnd()).isFalse();
    assertThat(streams.read(ByteBuffer.allocate(8))).isEqualTo(1);
    typed.close();
    streams.await(LONG, true);
    assertThat(streams.atEnd()).isTrue();
  }

  @Test
  void allInputPassesInOrderThroughABoundedBuffer() throws Exception {
    byte[] sent = new byte[3_000_000];
    new Random(1).nextBytes(sent);
    StandardStreams streams = of(new ByteArrayInputStream(sent));
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    ByteBuffer part = ByteBuffer.allocate(100_003);
    while (!streams.atEnd()) {
      streams.await(LONG, true);
      int bytes = streams.read(part.clear());
      got.write(part.array(), 0, Math.max(bytes, 0));
    }
    assertThat(got.toByteArray()).isEqualTo(sent);
  }

  @Test
  void noMoreIsReadAheadThanAMachineTakesAtOnce() throws Exception {
    ByteArrayInputStream in = new ByteArrayInputStream(new byte[1_000_000]);
    StandardStreams streams = of(in);
    streams.await(LONG, true);
    await().until(() -> in.available() <= 1_000_000 - StandardStreams.AHEAD);
    // The buffer is full, and one chunk is in the reader's hand.
    assertThat(in.available()).isGreaterThanOrEqualTo(1_000_000 - StandardStreams.AHEAD - 64 * 1024);
  }

  @Test
  void inputThatCannotBeReadHasEnded() throws Exception {
    StandardStreams streams = of(new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("gone");
      }
    });
    streams.await(LONG, true);
    assertThat(streams.atEnd()).isTrue();
  }

  @Test
  void wakeEndsAWaitNowAndLater() throws Exception {
    StandardStreams streams = of(new PipedInputStream(new PipedOutputStream()));
    Thread waiting = Thread.ofPlatform().start(() -> {
      try {
        streams.await(Long.MAX_VALUE, true);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
    streams.wake();
    waiting.join();
    streams.await(Long.MAX_VALUE, false);
  }

  @Test
  void outputGoesOutAtOnceToItsOwnStream() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    AtomicInteger flushed = new AtomicInteger();
    StandardStreams streams = new StandardStreams(InputStream.nullInputStream(), new java.io.FilterOutputStream(out) {
      @Override
      public void flush() throws IOException {
        flushed.incrementAndGet();
        super.flush();
      }
    }, error, stream -> stream == 2);
    assertThat(streams.output(ByteBuffer.wrap(new byte[] {1, 2}).asReadOnlyBuffer())).isTrue();
    assertThat(streams.error(ByteBuffer.wrap(new byte[] {3}))).isTrue();
    assertThat(out.toByteArray()).containsExactly(1, 2);
    assertThat(error.toByteArray()).containsExactly(3);
    assertThat(flushed).hasValue(1);
    assertThat(streams.interactive()).isTrue();
    assertThat(List.of(streams.terminal(0), streams.terminal(1), streams.terminal(2))).containsExactly(false, false, true);
    assertThat(streams.refused()).isFalse();
  }

  @Test
  void outputThatNobodyTakesIsRefused() throws Exception {
    PipedOutputStream broken = new PipedOutputStream();
    assertThatThrownBy(() -> broken.write(1)).isInstanceOf(IOException.class);
    StandardStreams streams = new StandardStreams(InputStream.nullInputStream(), broken, OutputStream.nullOutputStream(), _ -> false);
    assertThat(streams.output(ByteBuffer.wrap(new byte[1]))).isFalse();
    assertThat(streams.refused()).isTrue();
  }

  @Test
  void aDescriptorThatIsNotOpenIsNoTerminal() {
    assertThat(StandardStreams.isTerminal(1_000_000)).isFalse();
  }
}
