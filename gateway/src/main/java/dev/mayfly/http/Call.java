package dev.mayfly.http;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * All that a function may learn of its request.
 *
 * @param headers names in any case, values an octet in each character
 * @param route the route's path as the file has it
 * @param parameters of the route, decoded
 * @param client the client's address, without port
 * @param secure whether it came over TLS
 * @param localPort the port it came to
 */
record Call(RequestHead head, MultiMap headers, String route, Map<String, String> parameters, String client, boolean secure, int localPort, Buffer body) {
  /** The host as the client named it, with its port if it named one; empty if it named none. */
  String hostAndPort() {
    return head.port() < 0 ? head.host() : head.host() + ":" + head.port();
  }
}
