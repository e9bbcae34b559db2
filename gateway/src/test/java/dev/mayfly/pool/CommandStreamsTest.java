package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.vm.Streams;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class CommandStreamsTest {
  @Test
  void theBodyComesInPiecesAndEnds() {
    CommandStreams streams = new CommandStreams(Buffer.buffer("abcde"), 10, new Log(10));
    ByteBuffer three = ByteBuffer.allocate(3);
    assertThat(streams.read(three)).isEqualTo(3);
    assertThat(streams.atEnd()).isFalse();
    assertThat(new String(three.array())).isEqualTo("abc");
    assertThat(streams.read(three.clear())).isEqualTo(2);
    assertThat(streams.atEnd()).isTrue();
    assertThat(streams.read(three.clear())).isEqualTo(Streams.END);
  }

  @Test
  void anEmptyBodyIsAtItsEnd() {
    CommandStreams streams = new CommandStreams(Buffer.buffer(), 10, new Log(10));
    assertThat(streams.atEnd()).isTrue();
    assertThat(streams.read(ByteBuffer.allocate(1))).isEqualTo(Streams.END);
  }

  @Test
  void outputIsTakenUpToItsLimitAndNotAByteMore() {
    CommandStreams streams = new CommandStreams(Buffer.buffer(), 5, new Log(10));
    assertThat(streams.output(ByteBuffer.wrap("abc".getBytes()))).isTrue();
    assertThat(streams.output(ByteBuffer.wrap("de".getBytes()))).isTrue();
    assertThat(streams.tooLarge()).isFalse();
    assertThat(streams.output(ByteBuffer.wrap("f".getBytes()))).isFalse();
    assertThat(streams.tooLarge()).isTrue();
    assertThat(streams.output()).isEqualTo(Buffer.buffer("abcde"));
  }

  @Test
  void standardErrorNeverEndsTheRun() {
    CommandStreams streams = new CommandStreams(Buffer.buffer(), 5, new Log(2));
    assertThat(streams.error(ByteBuffer.wrap("abc".getBytes()))).isTrue();
    assertThat(streams.log().lost()).isEqualTo(1);
  }
}
