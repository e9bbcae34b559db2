package dev.mayfly.http;

import dev.mayfly.config.Configuration.Address;
import java.net.BindException;

/** A server could not listen. The message is one line for the user. */
public final class PortTaken extends Exception {
  private static final long serialVersionUID = 1;

  private PortTaken(String message, Throwable cause) {
    super(message, cause);
  }

  /** What to tell about a failure to listen; the failure itself where it is of another kind. */
  public static Throwable explain(String key, Address address, Throwable failure) {
    if (!(failure instanceof BindException)) {
      return failure;
    }
    String message = failure.getMessage() == null ? "" : failure.getMessage();
    if (message.contains("in use")) {
      return new PortTaken("port " + address.port() + " is taken: another program listens on " + address.host() + ":" + address.port()
          + "; stop it, or write another port at '" + key + ":'", failure);
    }
    return new PortTaken("cannot listen on " + address.host() + ":" + address.port() + " ('" + key + ":'): " + message, failure);
  }
}
