package dev.mayfly.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the log from standard error, which under {@code mayfly run} is the program's but for one message of ours. */
public final class QuietLog {
  private QuietLog() {}

  /** Turns all logging off, unless a level was asked for by {@code -Dmayfly.log}. For the whole process: for the composition root to call. */
  public static void on() {
    if (System.getProperty("mayfly.log") == null && LoggerFactory.getILoggerFactory() instanceof ch.qos.logback.classic.LoggerContext context) {
      context.getLogger("dev.mayfly").setLevel(null);
      context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    }
  }
}
