package dev.mayfly.http;

/** A request that is not HTTP as we speak it. The message is ours, and safe to send. */
final class Refused extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final int status;

  Refused(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The status to answer with. */
  int status() {
    return status;
  }

  /** Not worth a stack: it is made by clients, as often as they like. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
