package dev.mayfly.function;

/** A function cannot be deployed. The message is one for its owner: what, why, where, and what to do. */
public final class DeployException extends Exception {
  private static final long serialVersionUID = 1;

  public DeployException(String message) {
    super(message);
  }

  public DeployException(String message, Throwable cause) {
    super(message, cause);
  }
}
