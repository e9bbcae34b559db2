package dev.mayfly.loadtest.scenario;

import java.util.List;

/** A scenario cannot be used. Holds all that is wrong with it, in the order of the file, {@code FILE:LINE:COLUMN: message}; never empty. */
public final class ScenarioException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  public ScenarioException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
