package dev.mayfly.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param file as the user wrote it
 * @param line from 1; 0: the file as a whole
 * @param column from 1, in characters; 0 with line 0
 * @param message what is wrong, the value, what is allowed
 */
public record Problem(String file, int line, int column, String message) {
  /** {@code FILE:LINE:COLUMN: message}, or {@code FILE: message} for the file as a whole. */
  @Override
  public String toString() {
    return line == 0 ? file + ": " + message : file + ":" + line + ":" + column + ": " + message;
  }
}
