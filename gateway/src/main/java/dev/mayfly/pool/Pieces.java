package dev.mayfly.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes on their way from a program to its client, copied once, in arrays that grow with what waits: a program that writes a byte at a time must not
 * cost an object for each. Not thread-safe.
 */
final class Pieces {
  private static final int LARGEST = 64 * 1024;

  private final List<ByteBuf> full = new ArrayList<>(4);
  private byte[] last = {};
  private int used;
  private int length;

  int length() {
    return length;
  }

  void add(ByteBuffer bytes) {
    length += bytes.remaining();
    while (bytes.hasRemaining()) {
      if (used == last.length) {
        close();
        last = new byte[Math.max(Math.min(bytes.remaining(), LARGEST), Math.min(length, LARGEST))];
      }
      int n = Math.min(bytes.remaining(), last.length - used);
      bytes.get(last, used, n);
      used += n;
    }
  }

  private void close() {
    if (used > 0) {
      full.add(Unpooled.wrappedBuffer(last, 0, used));
      used = 0;
    }
    last = new byte[0];
  }

  /** All that waits, without a copy. */
  Buffer take() {
    close();
    Buffer all = BufferInternal.buffer(Unpooled.wrappedBuffer(Math.max(1, full.size()), full.toArray(ByteBuf[]::new)));
    full.clear();
    length = 0;
    return all;
  }
}
