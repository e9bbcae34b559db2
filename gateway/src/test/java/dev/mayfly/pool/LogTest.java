package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LogTest {
  @Test
  void linesComeAsTheyWereWritten() {
    Log log = log(100, "one\ntw", "o\n\tthree");
    assertThat(log.lines()).containsExactly("one", "two", "\tthree");
    assertThat(log.lost()).isZero();
  }

  @Test
  void whatIsBeyondTheLimitIsCountedAndSaid() {
    Log log = log(4, "abc", "def", "ghi");
    assertThat(log.lost()).isEqualTo(5);
    assertThat(log.kept()).isEqualTo(4);
    assertThat(log.lines()).containsExactly("abcd", "[5 more bytes of its log were dropped: limits.log is 4]");
  }

  @Test
  void controlCharactersAreWrittenOut() {
    assertThat(log(100, "a\u001b[2Jb\u0007\u009b\u202e\rc").lines()).containsExactly("a\\u001b[2Jb\\u0007\\u009b\\u202e", "c");
    assertThat(log(100, "x\u2028y").lines()).containsExactly("x\\u2028y");
  }

  @Test
  void brokenTextIsReplacedNotRefused() {
    Log log = new Log(10);
    log.add(ByteBuffer.wrap(new byte[] {'a', (byte) 0xff, 'b'}));
    assertThat(log.lines()).containsExactly("a\ufffdb");
  }

  @Test
  void thatMemoryWasRefusedIsSaid() {
    Log log = log(10, "a\n");
    log.memoryRefused(1);
    assertThat(log.lines()).containsExactly("a", "[it asked for more memory than its memory: allows, and was refused 1 time]");
    log.memoryRefused(2);
    assertThat(log.memoryRefused()).isEqualTo(3);
    assertThat(log.lines()).last().asString().endsWith("3 times]");
    Log silent = log(10);
    silent.memoryRefused(1);
    assertThat(silent.isEmpty()).isFalse();
  }

  @Test
  void wholeLinesCanBeTakenWhileItGoesOn() {
    Log log = log(14, "one\ntwo\nth");
    assertThat(log.hasLines()).isTrue();
    assertThat(log.take()).containsExactly("one", "two");
    assertThat(log.hasLines()).isFalse();
    log.add(ByteBuffer.wrap("ree\nfour".getBytes(StandardCharsets.UTF_8)));
    assertThat(log.take()).containsExactly("three");
    assertThat(log.lines()).as("the limit counts what was taken").containsExactly("[4 more bytes of its log were dropped: limits.log is 14]");
  }

  @Test
  void nothingIsEmpty() {
    assertThat(log(10).isEmpty()).isTrue();
    assertThat(log(0, "x").isEmpty()).isFalse();
  }

  private static Log log(long limit, String... writes) {
    Log log = new Log(limit);
    for (String write : writes) {
      log.add(ByteBuffer.wrap(write.getBytes(StandardCharsets.UTF_8)));
    }
    return log;
  }
}
