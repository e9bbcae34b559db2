package dev.mayfly.pool;

import dev.mayfly.vm.Exchange;
import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Stream;

/**
 * What waits to be read by a component: its request's body, given only when asked for, and whole records of other kinds. Not thread-safe;
 * {@link ComponentStreams} guards it. At most {@value #BUFFER} bytes of body wait, and what was on its way.
 */
final class ComponentInput {
  static final int BUFFER = 256 * 1024;
  /** Pieces on their way; each has up to 64 KiB. */
  private static final int ON_THEIR_WAY = 2;
  /** More at one time means nothing. */
  private static final int WANTS = 64;

  private final ArrayDeque<Buffer> pieces = new ArrayDeque<>();
  private final ArrayDeque<byte[]> records = new ArrayDeque<>();
  /** Of the first piece. */
  private int taken;
  private int bytes;
  private int wants;
  private boolean begun;
  private int onTheirWay;
  /** The last record of the body; null: not known yet. */
  private byte[] end;
  private boolean ended;

  /** The program wants one more piece. */
  void want() {
    begun = true;
    wants = ended ? 0 : Math.min(WANTS, wants + 1);
  }

  /** Pieces to ask the client for now. */
  int ask() {
    int more = begun && end == null && bytes < BUFFER / 2 ? ON_THEIR_WAY - onTheirWay : 0;
    onTheirWay += more;
    return more;
  }

  void body(Buffer piece) {
    onTheirWay = Math.max(0, onTheirWay - 1);
    if (end == null && piece.length() > 0) {
      pieces.add(piece);
      bytes += piece.length();
    }
  }

  void bodyEnd(List<HttpField> trailers) {
    List<String> list = trailers.stream().flatMap(f -> Stream.of(f.name(), f.value())).toList();
    end(new MessageWriter(Message.BODY_END).list(list).record());
  }

  void bodyBroken(String why) {
    end(new MessageWriter(Message.BODY_ERROR).string(why).record());
  }

  private void end(byte[] record) {
    if (end == null) {
      end = record;
    }
  }

  /** A whole record of another kind, at most {@link Exchange#IN_SIZE} bytes: a larger one could never be read. */
  void record(byte[] record) {
    if (record.length > Exchange.IN_SIZE) {
      throw new IllegalArgumentException("a record of " + record.length + " bytes does not fit into " + Exchange.IN_SIZE);
    }
    records.add(record);
  }

  /** Whether a record of this kind has not been read. @param kind below 256 */
  boolean holds(int kind) {
    return records.stream().anyMatch(record -> record[0] == (byte) kind);
  }

  /** Whether the program waits for the client. */
  boolean owed() {
    return wants > 0 && bytes == 0 && end == null;
  }

  boolean ready() {
    return !records.isEmpty() || wants > 0 && (bytes > 0 || end != null);
  }

  /** Puts whole records, as many as fit; bytes put. */
  int read(ByteBuffer into) {
    int before = into.remaining();
    while (!records.isEmpty() && records.peek().length <= into.remaining()) {
      into.put(records.poll());
    }
    while (wants > 0 && bytes > 0 && into.remaining() > Message.HEADER) {
      piece(into);
    }
    if (wants > 0 && bytes == 0 && end != null && end.length <= into.remaining()) {
      into.put(end);
      ended = true;
      wants = 0;
    }
    return before - into.remaining();
  }

  private void piece(ByteBuffer into) {
    int length = Math.min(bytes, into.remaining() - Message.HEADER);
    number(into, Message.BODY);
    number(into, length);
    wants--;
    bytes -= length;
    for (int left = length; left > 0; ) {
      Buffer first = pieces.peek();
      int n = Math.min(left, first.length() - taken);
      ((BufferInternal) first).getByteBuf().getBytes(taken, into.slice(into.position(), n));
      into.position(into.position() + n);
      left -= n;
      taken += n;
      if (taken == first.length()) {
        pieces.poll();
        taken = 0;
      }
    }
  }

  /** Little-endian, whatever the buffer's order is. */
  private static void number(ByteBuffer into, int value) {
    into.put((byte) value).put((byte) (value >>> 8)).put((byte) (value >>> 16)).put((byte) (value >>> 24));
  }
}
