package dev.mayfly.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration cannot be used. Holds everything that is wrong with it, in the order of the file; never empty. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  public ConfigurationException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
