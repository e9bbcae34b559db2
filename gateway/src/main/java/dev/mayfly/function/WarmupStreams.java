package dev.mayfly.function;

import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageReader;
import dev.mayfly.vm.MessageWriter;
import dev.mayfly.vm.Streams;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The other side of a component that is sent its {@code warmup:} request: no body, a client that takes everything and keeps nothing, nobody to call, no
 * services. Used by one thread.
 */
final class WarmupStreams implements Streams {
  private final Deque<byte[]> answers = new ArrayDeque<>();
  private int status;
  private boolean whole;

  /** The status of a response that was whole; 0: there was none. */
  int status() {
    return whole ? status : 0;
  }

  @Override
  public int read(ByteBuffer into) {
    int before = into.position();
    while (!answers.isEmpty() && answers.peek().length <= into.remaining()) {
      into.put(answers.poll());
    }
    return into.position() - before;
  }

  @Override
  public boolean atEnd() {
    return false;
  }

  @Override
  public boolean ready() {
    return !answers.isEmpty();
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
  public boolean record(int kind, ByteBuffer bytes) {
    MessageReader content = new MessageReader(kind, bytes);
    switch (kind) {
      case Message.RESPONSE_HEAD -> status = content.u16();
      case Message.RESPONSE_END -> whole = status != 0;
      case Message.WANT_BODY -> answer(new MessageWriter(Message.BODY_END).list(List.of()));
      case Message.WANT_CREDIT -> answer(new MessageWriter(Message.CREDIT).u32(content.u32()).u32(Message.CALL_CREDIT));
      case Message.CALL -> answer(new MessageWriter(Message.CALL_ERROR).u32(content.u32()).string("HTTP-request-denied").string("it is being warmed up"));
      case Message.SERVICE -> answer(new MessageWriter(Message.SERVICE_ANSWER).u32(content.u32()).u32(1).list(List.of("other", "it is being warmed up")));
      default -> { }
    }
    return true;
  }

  private void answer(MessageWriter record) {
    answers.add(record.record());
  }
}
