package dev.mayfly.http;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.ServerChannel;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The connections to the public port, and how many there may be: so that clients who only connect leave descriptors for machines, and the gateway goes on accepting. What
 * comes beyond is turned away ({@link TurnedAway}), some at a time with an answer, the rest with a reset. Thread-safe.
 */
public final class Connections {
  /** Of the open files that the process may have; the others are for machines, two each, and for what else it opens. */
  private static final int PART_OF_FILES = 2;
  /** Of heap for each connection: what one holds while nothing is asked (some 10 KiB), and as much again and more for what is. */
  private static final long HEAP_BYTES = 32 * 1024;
  /** Connections that are told why they are closed, at one time: so many, but only a small part of what there may be, for they hold a descriptor meanwhile. */
  private static final int TOLD = 256;
  private static final int PART_TOLD = 16;

  private final int limit;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger told = new AtomicInteger();
  private final LongAdder refused = new LongAdder();
  /** The public port, once there is one; other servers of the gateway are not counted. */
  private volatile int port = -1;
  private volatile boolean secure;
  /** Server sockets of all ports. */
  private final Set<ServerChannel> listening = ConcurrentHashMap.newKeySet();

  /** @param limit of connections, 1 and up */
  Connections(int limit) {
    this.limit = limit;
  }

  /** As many as this process can bear. */
  public static Connections ofThisProcess() {
    long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system ? system.getMaxFileDescriptorCount() : Integer.MAX_VALUE;
    return new Connections(limit(files, Runtime.getRuntime().maxMemory()));
  }

  /** @param files that the process may have open */
  static int limit(long files, long heapBytes) {
    return Math.clamp(Math.min(files / PART_OF_FILES, heapBytes / HEAP_BYTES), 1, Integer.MAX_VALUE);
  }

  /** From now on what comes to this port is counted. @param tls nothing can be said before a handshake */
  void guard(int publicPort, boolean tls) {
    secure = tls;
    port = publicPort;
  }

  boolean guards(int listening) {
    return listening == port;
  }

  void listens(ServerChannel channel) {
    listening.add(channel);
    channel.closeFuture().addListener(x -> listening.remove(channel));
  }

  /** Accepts no more on the public port; those that are there stay. The server library would drop, with their request, connections that it accepts just when it shuts down. */
  void stopListening() {
    listening.stream().filter(channel -> channel.localAddress() instanceof InetSocketAddress address && guards(address.getPort())).forEach(ServerChannel::close);
  }

  boolean isSecure() {
    return secure;
  }

  /** A place for a connection, to be given back with {@link #leave}. False: there is none. */
  boolean enter() {
    if (open.incrementAndGet() <= limit) {
      return true;
    }
    open.decrementAndGet();
    refused.increment();
    return false;
  }

  void leave() {
    open.decrementAndGet();
  }

  /** Whether one that was refused may stay to be told so; to be given back with {@link #wasTold}. */
  boolean tell() {
    if (told.incrementAndGet() <= Math.clamp(limit / PART_TOLD, 1, TOLD)) {
      return true;
    }
    told.decrementAndGet();
    return false;
  }

  void wasTold() {
    told.decrementAndGet();
  }

  public int open() {
    return open.get();
  }

  public int limit() {
    return limit;
  }

  /** So far. */
  public long refused() {
    return refused.sum();
  }
}
