package dev.mayfly.pool;

import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageReader;
import dev.mayfly.vm.MessageWriter;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Streams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
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

  /** What a program knows of its answer's body from one entry to the next. */
  static final class Flow {
    private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
    private int credit = Message.RESPONSE_CREDIT;
    private boolean ended;
  }

  private final Streams streams;
  /** From 1. */
  public final int entry;
  private final Flow flow;

  ComponentScript(Streams streams, int entry, Flow flow) {
    this.streams = streams;
    this.entry = entry;
    this.flow = flow;
  }

  static FakeEngine.Program program(Guest guest) {
    return (vm, streams) -> {
      Outcome outcome;
      try {
        outcome = guest.enter(new ComponentScript(streams, vm.entries, vm.flow));
      } catch (Message.Malformed e) {
        return new Outcome.Broken(e.getMessage());
      }
      if (outcome == null || outcome instanceof Outcome.Waiting) {
        streams.handOn();
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
          guest.flow.ended = true;
        } else {
          return new Outcome.Trapped("the body broke: " + given.text());
        }
      }
      if (!guest.flow.ended || !guest.flow.waiting.isEmpty()) {
        return null;
      }
      guest.end();
      return EXITED;
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

  /** Sends what there is credit for; the rest when there is more of it. */
  public ComponentScript body(byte[] bytes) {
    flow.waiting.add(ByteBuffer.wrap(bytes));
    return pump();
  }

  private ComponentScript pump() {
    while (flow.credit > 0 && !flow.waiting.isEmpty()) {
      ByteBuffer first = flow.waiting.peek();
      byte[] piece = new byte[Math.min(flow.credit, first.remaining())];
      first.get(piece);
      flow.credit -= piece.length;
      record(new MessageWriter(Message.RESPONSE_BODY).raw(piece));
      if (!first.hasRemaining()) {
        flow.waiting.poll();
      }
    }
    return flow.waiting.isEmpty() ? this : record(new MessageWriter(Message.WANT_CREDIT).u32(0));
  }

  /** Whether something waits for credit; {@link #read} takes it in. */
  public boolean isHeld() {
    return !flow.waiting.isEmpty();
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

  /** To its standard error. */
  public ComponentScript log(String text) {
    streams.error(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  public ComponentScript want() {
    return record(new MessageWriter(Message.WANT_BODY));
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
      ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (kind == Message.CREDIT && content.getInt() == 0) {
        flow.credit += content.getInt();
        pump();
      } else {
        records.add(new Given(kind, bytes));
      }
    }
    return records;
  }
}
