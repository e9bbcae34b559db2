package dev.mayfly.loadtest.storm;

/**
 * What came of one request.
 *
 * @param status 0: no answer came, and the text says why
 * @param cold as {@code X-Mayfly-Start} says
 * @param text the body
 */
record Reply(int status, boolean cold, String text) {
  static Reply none(Exception cause) {
    return new Reply(0, false, cause.toString());
  }
}
