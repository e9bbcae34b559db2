package dev.mayfly.pool;

import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageReader;
import dev.mayfly.vm.MessageWriter;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Streams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a component writes and reads, as the exchange area would carry it. For one entry of a machine. */
public final class ComponentScript {
  /** A record for the guest. */
  public record Given(int kind, byte[] bytes) {
    public String text() {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    public MessageReader reader() {
      return new MessageReader(kind, ByteBuffer.wrap(bytes));
    }
  }

  /** One entry. Null: wait for input. */
  public interface Guest {
    Outcome enter(ComponentScript script);
  }

  public static final Outcome FOR_INPUT = new Outcome.Waiting(Long.MAX_VALUE, true);
  public static final Outcome EXITED = new Outcome.Exited(0);
  private static final Outcome PAUSED = new Outcome.Waiting(0, true);

  private final Streams streams;
  /** From 1. */
  public final int entry;

  ComponentScript(Streams streams, int entry) {
    this.streams = streams;
    this.entry = entry;
  }

  static FakeEngine.Program program(Guest guest) {
    return (vm, streams) -> {
      Outcome outcome;
      try {
        outcome = guest.enter(new ComponentScript(streams, vm.entries));
      } catch (Message.Malformed e) {
        return new Outcome.Broken(e.getMessage());
      }
      return outcome != null ? outcome : streams.paused() ? PAUSED : FOR_INPUT;
    };
  }

  /** Sends its request's body back, piece by piece. */
  public static Guest echo() {
    return guest -> {
      if (guest.entry == 1) {
        guest.head(200).want();
      }
      for (Given given : guest.read()) {
        if (given.kind() == Message.BODY) {
          guest.body(given.bytes()).want();
        } else if (given.kind() == Message.BODY_END) {
          guest.end();
          return EXITED;
        } else {
          return new Outcome.Trapped("the body broke: " + given.text());
        }
      }
      return null;
    };
  }

  /** Answers with a text at once. */
  public static Guest says(String text, String... fields) {
    return guest -> {
      guest.head(200, fields).body(text).end();
      return EXITED;
    };
  }

  public ComponentScript head(int status, String... fields) {
    return record(new MessageWriter(Message.RESPONSE_HEAD).u16(status).list(List.of(fields)));
  }

  public ComponentScript body(String text) {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  public ComponentScript body(byte[] bytes) {
    return record(new MessageWriter(Message.RESPONSE_BODY).raw(bytes));
  }

  public ComponentScript end(String... trailers) {
    return record(new MessageWriter(Message.RESPONSE_END).list(List.of(trailers)));
  }

  public ComponentScript abort() {
    return record(new MessageWriter(Message.RESPONSE_ABORT));
  }

  public ComponentScript error(String code, String detail) {
    return record(new MessageWriter(Message.RESPONSE_ERROR).string(code).string(detail));
  }

  public ComponentScript want() {
    return record(new MessageWriter(Message.WANT_BODY));
  }

  public boolean paused() {
    return streams.paused();
  }

  public ComponentScript record(MessageWriter writer) {
    ByteBuffer record = ByteBuffer.wrap(writer.record()).order(ByteOrder.LITTLE_ENDIAN);
    int kind = record.getInt();
    record.getInt();
    streams.record(kind, record.slice());
    return this;
  }

  public List<Given> read() {
    ByteBuffer in = ByteBuffer.allocate(256 * 1024).order(ByteOrder.LITTLE_ENDIAN);
    streams.read(in);
    in.flip();
    List<Given> records = new ArrayList<>();
    while (in.hasRemaining()) {
      int kind = in.getInt();
      byte[] bytes = new byte[in.getInt()];
      in.get(bytes);
      records.add(new Given(kind, bytes));
    }
    return records;
  }
}
