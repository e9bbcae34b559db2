package dev.mayfly.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExchangeTest {
  private static final int INPUT_ENDS = 1;
  private static final int OUTPUT = 4;
  private static final int GROW = 8;

  private final ByteBuffer area = ByteBuffer.allocate(Exchange.SIZE);
  private final Exchange exchange = new Exchange(area);

  /** No input, and terminals where {@code terminals} has a bit. */
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
}
