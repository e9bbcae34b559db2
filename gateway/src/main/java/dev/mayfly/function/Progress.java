package dev.mayfly.function;

/** Hears how far deploying is. Called on the deploying threads, for one function in order, for several at the same time; must not block. */
@FunctionalInterface
public interface Progress {
  /** Hears nothing. */
  Progress SILENT = (function, stage, done, total) -> {};

  /** What is being done. */
  enum Stage { COMPILING, BOOTING, DEPLOYED }

  /**
   * @param done of {@code total} parts; a stage begins with 0 and a total of at least 1
   */
  void at(String function, Stage stage, long done, long total);
}
