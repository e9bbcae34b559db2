package dev.mayfly.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExchangeTest {
  private static final int INPUT_ENDS = 1;

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
}
