package dev.mayfly.component;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A server that does on each connection what a test says, octet by octet. */
final class RawUpstream implements AutoCloseable {
  /** What happens on a connection, once; the connection is closed after it. */
  interface Script {
    void run(Conversation conversation) throws Exception;
  }

  /** One connection. */
  final class Conversation {
    private final Socket socket;
    final InputStream in;
    final OutputStream out;

    private Conversation(Socket socket) throws IOException {
      this.socket = socket;
      in = new BufferedInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    }

    /** The script is the one of the time when the first request comes, since a connection may have waited for one through tests before this. */
    private void awaitFirst() throws IOException {
      in.mark(1);
      if (in.read() < 0) {
        throw new IOException("closed before a request");
      }
      in.reset();
    }

    /** Reads up to an empty line. */
    String head() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int octet = in.read();
        if (octet < 0) {
          throw new IOException("closed within a head");
        }
        head.append((char) octet);
      }
      requests.incrementAndGet();
      return head.toString();
    }

    /** Reads so many octets. */
    String read(int octets) throws IOException {
      return new String(in.readNBytes(octets), StandardCharsets.ISO_8859_1);
    }

    /** Reads a chunked body, with its trailers and the octets between, as they came. */
    String chunked() throws IOException {
      StringBuilder all = new StringBuilder();
      int length;
      do {
        String size = line();
        length = Integer.parseInt(size.strip(), 16);
        all.append(size).append(length == 0 ? "" : read(length) + line());
      } while (length > 0);
      String trailer;
      do {
        trailer = line();
        all.append(trailer);
      } while (!trailer.equals("\r\n"));
      return all.toString();
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      while (line.indexOf("\n") < 0) {
        int octet = in.read();
        if (octet < 0) {
          throw new IOException("closed within a body");
        }
        line.append((char) octet);
      }
      return line.toString();
    }

    void say(String octets) throws IOException {
      out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      said.addAndGet(octets.length());
    }

    /** Waits until the other side closes or resets. */
    void awaitEnd() throws IOException {
      while (in.read() >= 0) {
        // what it still sends is of no interest
      }
    }

    /** Ends the connection with a reset. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  private final ServerSocket server;
  private volatile Script script;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  final AtomicInteger requests = new AtomicInteger();
  final AtomicLong said = new AtomicLong();
  /** Connections whose script is over, however it ended. */
  final AtomicInteger over = new AtomicInteger();

  RawUpstream() throws IOException {
    server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** What happens on the connections to come; the counts begin anew. */
  void does(Script next) {
    requests.set(0);
    said.set(0);
    over.set(0);
    script = next;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> converse(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void converse(Socket socket) {
    try (socket) {
      Conversation conversation = new Conversation(socket);
      conversation.awaitFirst();
      script.run(conversation);
    } catch (Exception e) {
      // the other side is gone, which a test sees by the answer it gets
    } finally {
      open.remove(socket);
      over.incrementAndGet();
    }
  }

  int port() {
    return server.getLocalPort();
  }

  int connections() {
    return open.size();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
