package dev.mayfly.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The wire between a client and a server on loopback, which a test may cut or stretch. A cut wire carries nothing, either way, and says nothing: connections
 * stay open, new ones come about and stay silent; what was sent meanwhile arrives when it is {@link #mend mended}, as TCP has it. Any thread.
 */
public final class Wire implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;
  private final ServerSocket entrance;
  private volatile int to;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean cut;
  private volatile long delayMillis;

  /** @param to the server's port */
  public Wire(int to) throws IOException {
    this.to = to;
    entrance = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("wire").start(this::accept);
  }

  /** Where clients go. */
  public int port() {
    return entrance.getLocalPort();
  }

  public void cut() {
    cut(true);
  }

  public void mend() {
    cut(false);
  }

  private void cut(boolean now) {
    lock.lock();
    try {
      cut = now;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** New connections go to another server, by its port; those that are open stay. */
  public void lead(int port) {
    to = port;
  }

  /** Whatever a server says takes so much longer from now on. */
  public void delay(long millis) {
    delayMillis = millis;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> connect(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void connect(Socket client) {
    try {
      whole();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), to);
      open.add(server);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> carry(client, server, false));
      carry(server, client, true);
    } catch (IOException | InterruptedException e) {
      drop(client);
    }
  }

  private void carry(Socket from, Socket into, boolean delayed) {
    try (from; into; InputStream in = from.getInputStream(); OutputStream out = into.getOutputStream()) {
      byte[] chunk = new byte[CHUNK];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        if (delayed && delayMillis > 0) {
          Thread.sleep(delayMillis);
        }
        whole();
        out.write(chunk, 0, n);
      }
      whole(); // nobody hears of a connection's end either
    } catch (IOException | InterruptedException e) {
      // The other side's end goes with it.
    } finally {
      drop(from);
      drop(into);
    }
  }

  /** Waits until it is not cut. */
  private void whole() throws InterruptedException {
    lock.lock();
    try {
      while (cut) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void drop(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone then.
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    mend();
    open.forEach(this::drop);
  }
}
