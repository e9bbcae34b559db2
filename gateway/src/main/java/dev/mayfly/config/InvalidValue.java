package dev.mayfly.config;

/** A text that is not what was asked for; the message names the text and says what is allowed. */
public final class InvalidValue extends Exception {
  private static final long serialVersionUID = 1;

  InvalidValue(String message) {
    super(message);
  }
}
