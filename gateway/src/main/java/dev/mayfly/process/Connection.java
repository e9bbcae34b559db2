package dev.mayfly.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * The gateway's end of a process's socket. Waiting happens on one thread at a time; {@link #interrupt} and {@link #hangUp} come from any.
 */
final class Connection implements AutoCloseable {
  /** What a wait came to. */
  enum Event { LEFT, CLOSED, TIMEOUT, INTERRUPTED }

  private final SocketChannel channel;
  private final Selector selector;
  private final long pid;
  private final ByteBuffer one = ByteBuffer.allocate(1);

  /** @param pid what the process says its number is; good for statistics only */
  Connection(SocketChannel channel, long pid) throws IOException {
    this.channel = channel;
    this.pid = pid;
    channel.configureBlocking(false);
    selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
  }

  long pid() {
    return pid;
  }

  /** Lets the process go on. An error is not worth telling: the wait that follows finds the process gone. */
  void enter() {
    try {
      channel.write(ByteBuffer.wrap(new byte[] {1}));
    } catch (IOException e) {
      // see above
    }
  }

  /** Sends a line; short enough for any socket's buffer. */
  void order(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    channel.write(bytes);
    if (bytes.hasRemaining()) {
      throw new IOException("the process does not take its orders");
    }
  }

  /** Waits until the process leaves, at most so long. A millisecond is the least that is waited, for that is what a selector counts in. */
  Event await(long nanos) {
    long end = System.nanoTime() + nanos;
    try {
      while (true) {
        one.clear();
        int got = channel.read(one);
        if (got != 0) {
          return got > 0 ? Event.LEFT : Event.CLOSED;
        }
        long left = end - System.nanoTime();
        if (left <= 0) {
          return Event.TIMEOUT;
        }
        if (selector.select(Math.max(1, left / 1_000_000)) == 0 && end - System.nanoTime() > 1_000_000) {
          return Event.INTERRUPTED;
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException | ClosedSelectorException e) {
      return Event.CLOSED;
    }
  }

  /** Ends a wait, the present or the next one, before its time. */
  void interrupt() {
    selector.wakeup();
  }

  /** Tells the process to end, whatever it does. */
  void hangUp() {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      // it is gone already
    }
    selector.wakeup();
  }

  /** Whether the process has closed its end, which it does by ending. */
  boolean awaitClosed(long nanos) {
    long end = System.nanoTime() + nanos;
    while (end - System.nanoTime() > 0) {
      if (await(end - System.nanoTime()) == Event.CLOSED) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
