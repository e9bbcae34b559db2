package dev.mayfly.outbound;

import dev.mayfly.pool.Outgoing;
import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageReader;
import dev.mayfly.vm.MessageWriter;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The calls of one request of a component: from its records to {@link OutboundCall}s on its event loop. */
final class OutboundCalls implements Outgoing.Calls {
  /** Calls under way at one time. */
  private static final int AT_ONCE = 128;
  /** Bytes of all bodies that may wait for their servers before the component is held: each has its credit, but there may be many. */
  private static final int WAITING = 1024 * 1024;

  private final Connections connections;
  private final OutboundPolicy policy;
  private final Outgoing.Guest guest;
  private final AtomicInteger waiting = new AtomicInteger();
  /** Of the calls under way, what may still come of their bodies. */
  private final Map<Integer, AtomicInteger> credits = new ConcurrentHashMap<>();
  /** On the event loop only. */
  private final Map<Integer, OutboundCall> calls = new HashMap<>();
  private boolean closed;
  private final OutboundCall.Listener listener = new OutboundCall.Listener() {
    @Override
    public void taken(int id, int bytes) {
      int before = waiting.getAndAdd(-bytes);
      AtomicInteger credit = credits.get(id);
      if (credit != null) {
        credit.addAndGet(bytes);
      }
      if (credit != null || before > WAITING && before - bytes <= WAITING) {
        guest.credit(id, credit != null ? bytes : 0);
      }
    }

    @Override
    public void over(int id) {
      credits.remove(id);
      calls.remove(id);
    }
  };

  OutboundCalls(Connections connections, OutboundPolicy policy, Outgoing.Guest guest) {
    this.connections = connections;
    this.policy = policy;
    this.guest = guest;
  }

  @Override
  public void record(int kind, MessageReader in) {
    int id = in.u32();
    switch (kind) {
      case Message.CALL -> {
        CallHead head = CallHead.read(in);
        credits.putIfAbsent(id, new AtomicInteger(Message.CALL_CREDIT));
        onLoop(() -> begin(id, head));
      }
      case Message.CALL_BODY -> body(id, in);
      case Message.CALL_END -> {
        List<String> trailers = in.list();
        in.end();
        with(id, call -> call.bodyEnd(trailers));
      }
      case Message.CALL_DROP -> {
        in.end();
        with(id, OutboundCall::drop);
      }
      case Message.CALL_WANT -> {
        in.end();
        with(id, OutboundCall::want);
      }
      default -> throw in.malformed("is none of a call's");
    }
  }

  private void body(int id, MessageReader in) {
    ByteBuffer rest = in.rest();
    AtomicInteger credit = credits.get(id);
    if (credit == null) {
      return; // its end is on the way to the component
    }
    if (credit.addAndGet(-rest.remaining()) < 0) {
      throw in.malformed("is more than there was credit for");
    }
    byte[] copy = new byte[rest.remaining()];
    rest.get(copy);
    waiting.addAndGet(copy.length);
    onLoop(() -> {
      OutboundCall call = calls.get(id);
      if (call != null) {
        call.body(Buffer.buffer(copy));
      } else {
        listener.taken(id, copy.length);
      }
    });
  }

  private void begin(int id, CallHead head) {
    if (closed || calls.containsKey(id)) {
      return;
    }
    if (calls.size() >= AT_ONCE) {
      credits.remove(id);
      guest.give(new MessageWriter(Message.CALL_ERROR).u32(id).string(ErrorCode.TOO_MANY).string("").record());
      return;
    }
    OutboundCall call = new OutboundCall(id, head, connections, policy, guest, listener);
    calls.put(id, call);
    call.begin();
  }

  private void with(int id, Consumer<OutboundCall> what) {
    onLoop(() -> {
      OutboundCall call = calls.get(id);
      if (call != null) {
        what.accept(call);
      }
    });
  }

  private void onLoop(Runnable what) {
    guest.context().runOnContext(x -> what.run());
  }

  @Override
  public boolean behind() {
    return waiting.get() > WAITING;
  }

  @Override
  public void close() {
    onLoop(() -> {
      closed = true;
      List.copyOf(calls.values()).forEach(OutboundCall::drop);
    });
  }
}
