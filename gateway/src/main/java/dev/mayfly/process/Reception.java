package dev.mayfly.process;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where processes dial in. A process says who it is ("NAME PID"), and is handed to whoever expects that name; others are sent away.
 * A thread accepts; a virtual thread for each caller reads its name, so that a silent one holds up nobody.
 */
final class Reception implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reception.class);
  /** Bytes of a caller's line, at most. */
  private static final int LINE = 100;

  private final ServerSocketChannel server;
  private final Path socket;
  private final ConcurrentHashMap<String, CompletableFuture<Connection>> expected = new ConcurrentHashMap<>();

  Reception(Path socket) throws IOException {
    this.socket = socket;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket), 1_024);
    Thread.ofPlatform().name("mayfly-process-reception").daemon(true).start(this::accept);
  }

  Path socket() {
    return socket;
  }

  /** The connection of the process with that name, once it dials in. */
  CompletableFuture<Connection> expect(String name) {
    CompletableFuture<Connection> caller = new CompletableFuture<>();
    expected.put(name, caller);
    return caller;
  }

  /** Nobody waits for it any more. One that dialled in meanwhile is hung up on. */
  void forget(String name, CompletableFuture<Connection> caller) {
    expected.remove(name, caller);
    if (!caller.cancel(false) && !caller.isCompletedExceptionally()) {
      caller.join().close();
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel caller = server.accept();
        Thread.ofVirtual().name("mayfly-process-caller").start(() -> introduce(caller));
      } catch (IOException e) {
        if (server.isOpen()) {
          LOG.warn("A process could not dial in: {}", e.toString());
        }
      }
    }
  }

  private void introduce(SocketChannel caller) {
    try {
      String[] line = line(caller).split(" ");
      CompletableFuture<Connection> waiting = line.length == 2 && line[1].matches("\\d{1,9}") ? expected.remove(line[0]) : null;
      if (waiting == null) {
        caller.close();
        return;
      }
      Connection connection = new Connection(caller, Long.parseLong(line[1]));
      if (!waiting.complete(connection)) {
        connection.close();
      }
    } catch (IOException e) {
      LOG.debug("A process dialled in and failed", e);
    }
  }

  private static String line(SocketChannel caller) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(LINE);
    while (bytes.hasRemaining() && caller.read(bytes) >= 0) {
      if (bytes.position() > 0 && bytes.get(bytes.position() - 1) == '\n') {
        return new String(bytes.array(), 0, bytes.position() - 1, StandardCharsets.US_ASCII);
      }
    }
    throw new IOException("it did not say who it is");
  }

  @Override
  public void close() throws IOException {
    server.close();
    expected.values().forEach(c -> c.cancel(false));
  }
}
