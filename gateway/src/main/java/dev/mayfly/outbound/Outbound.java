package dev.mayfly.outbound;

import dev.mayfly.pool.Outgoing;
import io.vertx.core.Vertx;
import java.util.List;

/** The gateway's way out: connections that all functions share, and for each function what it may call. Thread-safe; closed with its Vert.x. */
public final class Outbound {
  private final Connections connections;

  public Outbound(Vertx vertx) {
    connections = new Connections(vertx);
  }

  /**
   * What a function may call.
   *
   * @param origins as the configuration has checked them
   */
  public Outgoing to(List<String> origins) {
    if (origins.isEmpty()) {
      return Outgoing.NONE;
    }
    OutboundPolicy policy = new OutboundPolicy(origins);
    return guest -> new OutboundCalls(connections, policy, guest);
  }
}
