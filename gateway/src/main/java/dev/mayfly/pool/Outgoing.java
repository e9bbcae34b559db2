package dev.mayfly.pool;

import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageReader;
import dev.mayfly.vm.MessageWriter;
import io.vertx.core.Context;

/** A function's way to other servers. Thread-safe. */
public interface Outgoing {
  /** No server may be called. */
  Outgoing NONE = guest -> new Calls() {
    @Override
    public void record(int kind, MessageReader in) {
      if (kind == Message.CALL) {
        guest.give(new MessageWriter(Message.CALL_ERROR).u32(in.u32()).string("HTTP-request-denied").string("this function may call no server").record());
      }
    }

    @Override
    public boolean behind() {
      return false;
    }

    @Override
    public void close() {}
  };

  /** The calls of one request. */
  interface Calls {
    /**
     * Takes one of the records CALL ... CALL_WANT, on the machine's thread, under no lock; the content is valid during the call only.
     *
     * @throws Message.Malformed it breaks the rules
     */
    void record(int kind, MessageReader in);

    /** Whether so much waits for servers that the component is to be held. From any thread, under locks; {@link Guest#credit} is called when it no longer does. */
    boolean behind();

    /** The run has ended: ends all calls. From any thread. */
    void close();
  }

  /** Who calls. From any thread. */
  interface Guest {
    /** What is done for it is done there. */
    Context context();

    /** A whole record for it. */
    void give(byte[] record);

    /** So many more bytes of a call's body may come, beyond {@link Message#CALL_CREDIT}. */
    void credit(int id, int bytes);
  }

  Calls open(Guest guest);
}
