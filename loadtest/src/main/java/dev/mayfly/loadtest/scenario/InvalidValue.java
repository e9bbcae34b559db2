package dev.mayfly.loadtest.scenario;

/** A text is not what was asked for; the message names the text and says what is allowed. */
public final class InvalidValue extends Exception {
  private static final long serialVersionUID = 1;

  public InvalidValue(String message) {
    super(message);
  }
}
