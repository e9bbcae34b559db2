package dev.mayfly.trace;

/**
 * A row that could not be read.
 *
 * @param file its name, without folders
 * @param line from 1, the header included
 */
public record BadRow(String file, long line, String problem) {
  @Override
  public String toString() {
    return file + ":" + line + ": " + problem;
  }
}
