package dev.mayfly.trace;

/** A trace that cannot be read, or is not to be: the message is for its user, and names file and line. */
public final class TraceException extends RuntimeException {
  TraceException(String message) {
    super(message);
  }

  TraceException(String message, Throwable cause) {
    super(message, cause);
  }
}
