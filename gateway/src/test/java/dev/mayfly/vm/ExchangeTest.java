package dev.mayfly.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExchangeTest {
  private static final int INPUT_ENDS = 1;
  private static final int OUTPUT = 4;
  private static final int GROW = 8;

  private final ByteBuffer area = ByteBuffer.allocate(Exchange.SIZE);
  private final Exchange exchange = new Exchange(area);

  /** No input, terminals where {@code terminals} has a bit, and every record is right. */
  private record Terminals(int terminals) implements Streams {
    @Override
    public int read(ByteBuffer into) {
      return END;
    }

    @Override
    public boolean atEnd() {
      return true;
    }

    @Override
    public boolean output(ByteBuffer bytes) {
      return true;
    }

    @Override
    public boolean error(ByteBuffer bytes) {
      return true;
    }

    @Override
    public boolean terminal(int stream) {
      return (terminals & 1 << stream) != 0;
    }

    @Override
    public boolean record(int kind, ByteBuffer bytes) {
      return true;
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 4", "2, 8", "4, 16", "7, 28"})
  void theProgramHearsWhichStreamsAreTerminals(int terminals, int flags) {
    exchange.request(HandOver.EMPTY, new Terminals(terminals), 0, 1, new byte[32]);
    assertThat(area.getInt(Exchange.FLAGS)).isEqualTo(flags | INPUT_ENDS);
    exchange.resume(new Terminals(terminals), false, 0);
    assertThat(area.getInt(Exchange.FLAGS)).isEqualTo(flags);
    exchange.resume(new Terminals(terminals), true, 0);
    assertThat(area.getInt(Exchange.FLAGS)).isEqualTo(flags | INPUT_ENDS);
  }

  @Test
  void aBootHasNoTerminal() {
    exchange.request(HandOver.EMPTY, new Terminals(7), 0, 1, new byte[32]);
    exchange.boot(new Boot(true, 0, 1), 0, 1, new byte[32], 0, 0);
    assertThat(area.getInt(Exchange.FLAGS)).isEqualTo(INPUT_ENDS);
  }

  /** Puts records of standard output, each of one byte, into OUT, and counts those up to the last. */
  private void publish(String bytes) {
    area.order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < bytes.length(); i++) {
      area.putInt(Exchange.OUT + 9 * i, Exchange.STDOUT).putInt(Exchange.OUT + 9 * i + 4, 1).put(Exchange.OUT + 9 * i + 8, (byte) bytes.charAt(i));
    }
    area.putInt(Exchange.GUEST + Exchange.OUT_LEN, 9 * bytes.length());
  }

  private Exchange.Exit leave(int reason, Streams streams) {
    area.putInt(Exchange.GUEST, reason);
    return exchange.leave(streams);
  }

  @Test
  void whatIsPublishedIsTakenOnceWhetherTheGuestIsOutOrNot() {
    Recorded taken = new Recorded();
    publish("ab");
    assertThat(exchange.drain(taken)).isNull();
    assertThat(exchange.drain(taken)).isNull();
    publish("abc");
    assertThat(exchange.drain(taken)).isNull();
    publish("abcd");
    assertThat(leave(GROW, taken)).isInstanceOf(Exchange.Exit.Grow.class);
    publish("abcde");
    assertThat(leave(OUTPUT, taken)).isEqualTo(new Exchange.Exit.Output(false));
    assertThat(taken.out()).isEqualTo("abcde");
    assertThat(exchange.drain(taken)).as("before the guest has written anew").isNull();
    publish("f");
    assertThat(exchange.drain(taken)).isNull();
    assertThat(taken.out()).isEqualTo("abcdef");
  }

  @Test
  void aGuestThatCountsBackOrTooFarBreaksTheRules() {
    for (int length : new int[] {8, -1, Exchange.OUT_SIZE + 1}) {
      exchange.forget();
      publish("ab");
      assertThat(exchange.drain(new Terminals(0))).isNull();
      area.putInt(Exchange.GUEST + Exchange.OUT_LEN, length);
      assertThat(exchange.drain(new Terminals(0))).isInstanceOf(Exchange.Exit.Broken.class);
    }
  }

  @Test
  void aRecordPublishedInPartBreaksTheRules() {
    publish("ab");
    area.putInt(Exchange.GUEST + Exchange.OUT_LEN, 10);
    assertThat(exchange.drain(new Terminals(0))).isInstanceOf(Exchange.Exit.Broken.class);
  }

  @Test
  void whatARunLeftIsForgottenWithTheNextRequest() {
    publish("ab");
    exchange.drain(new Terminals(0));
    exchange.request(HandOver.EMPTY, new Terminals(0), 0, 1, new byte[32]);
    Recorded taken = new Recorded();
    assertThat(exchange.drain(taken)).isNull();
    publish("x");
    exchange.drain(taken);
    assertThat(taken.out()).isEqualTo("x");
  }

  private static final int FOLLOWING = 0x4c;
  private static final int WAIT = 3;

  private void requests(int followers) {
    HandOver small = HandOver.of(List.of("a"), List.of(), Map.of());
    exchange.request(HandOver.EMPTY, Collections.nCopies(followers, small), new Terminals(0), 0, 1, new byte[32]);
  }

  /** The guest has answered so many requests of its entry. */
  private void answered(int requests) {
    for (int i = 0; i < requests; i++) {
      area.putInt(Exchange.OUT + 8 * i, Message.ANSWERED).putInt(Exchange.OUT + 8 * i + 4, 0);
    }
    area.putInt(Exchange.GUEST + 4, 8 * requests);
  }

  @Test
  void whatFollowsLiesBehindTheFirstHandOver() {
    requests(2);
    int first = HandOver.EMPTY.size();
    int size = HandOver.of(List.of("a"), List.of(), Map.of()).size();
    assertThat(area.getInt(FOLLOWING)).isEqualTo(2);
    assertThat(List.of(area.getInt(0x70), area.getInt(0x74), area.getInt(0x78), area.getInt(0x7c))).containsExactly(first, size, first + size, size);
    assertThat(area.getInt(Exchange.IN + first)).as("arguments").isEqualTo(1);
    exchange.request(HandOver.EMPTY, new Terminals(0), 0, 1, new byte[32]);
    assertThat(area.getInt(FOLLOWING)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "2, 2", "3, 3"})
  void whatTheGuestHasNotComeToIsTakenBackWhenItWaits(int answered, int left) {
    requests(3);
    answered(answered);
    area.putInt(Exchange.GUEST, WAIT);
    exchange.leave(new Terminals(0));
    assertThat(area.getInt(FOLLOWING)).isEqualTo(left);
  }

  @Test
  void nothingIsTakenBackWhileFramesAreAdded() {
    requests(3);
    answered(1);
    area.putInt(Exchange.GUEST, GROW);
    exchange.leave(new Terminals(0));
    exchange.resume(new Terminals(0), false, 0);
    assertThat(area.getInt(FOLLOWING)).isEqualTo(3);
  }

  @Test
  void whatTheGuestHasNotComeToIsTakenBackWhenItsSliceEnds() {
    requests(3);
    answered(1);
    exchange.drain(new Terminals(0));
    assertThat(area.getInt(FOLLOWING)).isEqualTo(1);
    answered(2);
    exchange.drain(new Terminals(0));
    assertThat(area.getInt(FOLLOWING)).as("never more again").isEqualTo(1);
  }

  @Test
  void togetherOnlySmallHandOversGoIn() {
    HandOver large = HandOver.of(List.of("x".repeat(Exchange.FOLLOWER_SIZE)), List.of(), Map.of());
    assertThatThrownBy(() -> exchange.request(large, List.of(HandOver.EMPTY), new Terminals(0), 0, 1, new byte[32])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> exchange.request(HandOver.EMPTY, List.of(large), new Terminals(0), 0, 1, new byte[32])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> requests(Exchange.FOLLOWERS + 1)).isInstanceOf(IllegalArgumentException.class);
    requests(Exchange.FOLLOWERS);
    exchange.request(large, List.of(), new Terminals(0), 0, 1, new byte[32]);
  }
}
