package dev.mayfly.outbound;

import dev.mayfly.pool.Outgoing;
import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageReader;
import dev.mayfly.vm.MessageWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The calls of one request of a component: from its records to {@link OutboundCall}s on its event loop. */
final class OutboundCalls implements Outgoing.Calls {
  /** Calls under way at one time. */
  private static final int AT_ONCE = 128;
  /** Bytes of bodies that may wait for their servers before the component is held. */
  private static final int WAITING = 128 * 1024;

  private final HttpClient client;
  private final OutboundPolicy policy;
  private final Outgoing.Guest guest;
  private final AtomicInteger waiting = new AtomicInteger();
  /** On the event loop only. */
  private final Map<Integer, OutboundCall> calls = new HashMap<>();
  private boolean closed;
  private final OutboundCall.Listener listener = new OutboundCall.Listener() {
    @Override
    public void taken(int bytes) {
      int before = waiting.getAndAdd(-bytes);
      if (before > WAITING && before - bytes <= WAITING) {
        guest.nudge();
      }
    }

    @Override
    public void over(int id) {
      calls.remove(id);
    }
  };

  OutboundCalls(HttpClient client, OutboundPolicy policy, Outgoing.Guest guest) {
    this.client = client;
    this.policy = policy;
    this.guest = guest;
  }

  @Override
  public void record(int kind, MessageReader in) {
    int id = in.u32();
    switch (kind) {
      case Message.CALL -> {
        CallHead head = CallHead.read(in);
        onLoop(() -> begin(id, head));
      }
      case Message.CALL_BODY -> {
        ByteBuffer rest = in.rest();
        byte[] copy = new byte[rest.remaining()];
        rest.get(copy);
        waiting.addAndGet(copy.length);
        onLoop(() -> {
          OutboundCall call = calls.get(id);
          if (call != null) {
            call.body(Buffer.buffer(copy));
          } else {
            listener.taken(copy.length);
          }
        });
      }
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

  private void begin(int id, CallHead head) {
    if (closed || calls.containsKey(id)) {
      return;
    }
    if (calls.size() >= AT_ONCE) {
      guest.give(new MessageWriter(Message.CALL_ERROR).u32(id).string(ErrorCode.TOO_MANY).string("").record());
      return;
    }
    OutboundCall call = new OutboundCall(id, head, client, policy, guest, listener);
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
