package dev.mayfly.outbound;

import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The answer to one call: read ahead of the component by {@value #AHEAD} bytes and what was on its way, given as the component asks for it, and what
 * went wrong told after all that came before it. On the event loop of the call.
 */
final class CallAnswer {
  /** Bytes that may wait for the component. */
  private static final int AHEAD = 64 * 1024;
  /** Bytes of a record of the body, and the most that a component is owed at one time. */
  private static final int PIECE = 64 * 1024;
  private static final int WANTS = 4;
  /** Bytes of a record with a head or trailers. */
  private static final int HEAD = 192 * 1024;

  /** What is told of an answer. */
  interface Owner {
    void give(byte[] record);

    /** Whether a wait of the component for the server begins or is over. */
    void waits(boolean forServer);

    /** All of it was given. */
    void whole();

    /** Ends the call. */
    void fail(String code);
  }

  private final int id;
  private final Owner owner;
  private final ArrayDeque<Buffer> pieces = new ArrayDeque<>();
  private HttpClientResponse response;
  private int waiting;
  private boolean paused;
  private int wants;
  /** The last record; null: it goes on. */
  private byte[] end;
  /** What is to be told after the last piece. */
  private String failure;
  private boolean over;

  CallAnswer(int id, Owner owner) {
    this.id = id;
    this.owner = owner;
  }

  boolean hasBegun() {
    return response != null;
  }

  /** The server's head is here. */
  void begin(HttpClientResponse got) {
    response = got;
    List<String> fields = list(got.headers());
    if (fields == null) {
      owner.fail(ErrorCode.PROTOCOL);
      return;
    }
    byte[] record = new MessageWriter(Message.CALL_RESPONSE).u32(id).u16(got.statusCode()).list(fields).record();
    if (record.length > HEAD) {
      owner.fail(ErrorCode.ANSWER_FIELDS);
      return;
    }
    got.exceptionHandler(e -> failed(ErrorCode.of(e, true)));
    got.handler(this::piece);
    got.endHandler(x -> ended());
    owner.give(record);
    deliver();
  }

  /** Names and values; null: one could not have been sent. */
  private static List<String> list(Iterable<Map.Entry<String, String>> headers) {
    List<String> fields = new ArrayList<>();
    for (Map.Entry<String, String> field : headers) {
      if (!Octets.token(field.getKey()) || !Octets.fieldValue(field.getValue())) {
        return null;
      }
      fields.add(field.getKey());
      fields.add(field.getValue());
    }
    return fields;
  }

  /** The component wants one more piece. */
  void want() {
    wants = Math.min(WANTS, wants + 1);
    deliver();
  }

  private void piece(Buffer piece) {
    if (over) {
      return;
    }
    pieces.add(piece);
    waiting += piece.length();
    deliver();
  }

  private void ended() {
    if (!over && end == null && failure == null) {
      List<String> trailers = list(response.trailers());
      byte[] record = trailers == null ? null : new MessageWriter(Message.CALL_RESPONSE_END).u32(id).list(trailers).record();
      if (record == null) {
        failure = ErrorCode.PROTOCOL;
      } else if (record.length > HEAD) {
        failure = ErrorCode.ANSWER_TRAILERS;
      } else {
        end = record;
      }
      deliver();
    }
  }

  /** Something went wrong with the connection. */
  void failed(String code) {
    if (!over && end == null && failure == null) {
      failure = code;
      deliver();
    }
  }

  private void deliver() {
    if (response == null) {
      return;
    }
    while (!over && wants > 0 && !pieces.isEmpty()) {
      wants--;
      owner.give(new MessageWriter(Message.CALL_RESPONSE_BODY).u32(id).raw(next()).record());
    }
    if (!over && pieces.isEmpty() && failure != null) {
      owner.fail(failure);
    } else if (!over && pieces.isEmpty() && end != null && wants > 0) {
      over = true;
      owner.whole();
      owner.give(end);
    } else if (!over) {
      owner.waits(wants > 0);
      hold();
    }
  }

  /** The next pieces, as many as make a record. */
  private byte[] next() {
    Buffer first = pieces.poll();
    Buffer all = first;
    while (!pieces.isEmpty() && all.length() + pieces.peek().length() <= PIECE) {
      all = (all == first ? Buffer.buffer(PIECE).appendBuffer(first) : all).appendBuffer(pieces.poll());
    }
    waiting -= all.length();
    return all.getBytes();
  }

  /** Reads on or not. */
  private void hold() {
    if (!paused && waiting >= AHEAD) {
      paused = true;
      response.pause();
    } else if (paused && waiting < AHEAD / 2) {
      paused = false;
      response.resume();
    }
  }

  /** Nothing more is to be told. */
  void close() {
    over = true;
    pieces.clear();
  }
}
