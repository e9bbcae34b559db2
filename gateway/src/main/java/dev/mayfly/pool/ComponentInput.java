package dev.mayfly.pool;

import dev.mayfly.vm.Exchange;
import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What waits to be read by a component: its request's body, given only when asked for, whole records of other kinds, and credit for what it writes. Not thread-safe;
 * {@link ComponentStreams} guards it. At most {@value #BUFFER} bytes of body wait, and what was on its way.
 */
final class ComponentInput {
  static final int BUFFER = 256 * 1024;
  /** Pieces on their way; each has up to 64 KiB. */
  private static final int ON_THEIR_WAY = 2;
  /** More at one time means nothing. */
  private static final int WANTS = 64;
  /** A program that waits for credit is not woken for less; it has none left then, so that it gets more at last. */
  private static final int LEAST_CREDIT = 16 * 1024;
  private static final int CREDIT_RECORD = Message.HEADER + 8;

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
  /** By the number of a call, or 0: what was not told yet. */
  private final Map<Integer, Credit> credits = new LinkedHashMap<>();

  private static final class Credit {
    private int bytes;
    private boolean wanted;

    private boolean isDue() {
      return wanted && bytes >= LEAST_CREDIT;
    }
  }

  /** So many more bytes may be written. @param id of a call; 0: the answer */
  void credit(int id, int more) {
    if (more > 0) {
      credits.computeIfAbsent(id, x -> new Credit()).bytes += more;
    }
  }

  /** The program waits for credit. @param id the guest's word */
  void wantCredit(int id) {
    if (credits.size() < WANTS || credits.containsKey(id)) {
      credits.computeIfAbsent(id, x -> new Credit()).wanted = true;
    }
  }

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
    return !records.isEmpty() || wants > 0 && (bytes > 0 || end != null) || credits.values().stream().anyMatch(Credit::isDue);
  }

  /** Puts whole records, as many as fit; bytes put. */
  int read(ByteBuffer into) {
    int before = into.remaining();
    tellCredits(into);
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

  private void tellCredits(ByteBuffer into) {
    for (Iterator<Map.Entry<Integer, Credit>> all = credits.entrySet().iterator(); all.hasNext() && into.remaining() >= CREDIT_RECORD; ) {
      Map.Entry<Integer, Credit> one = all.next();
      if (one.getValue().bytes > 0) {
        number(into, Message.CREDIT);
        number(into, 8);
        number(into, one.getKey());
        number(into, one.getValue().bytes);
        all.remove();
      }
    }
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
