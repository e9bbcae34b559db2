package dev.mayfly.function;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A run of a native program that is to end by itself: bounded in time and in what is kept of its output. */
final class Tool {
  private static final int LINE_LIMIT = 1 << 20;
  private static final int ERRORS_LIMIT = 4096;

  private Tool() {}

  /**
   * How it ended.
   *
   * @param errors the start of standard error, its lines joined by blanks
   */
  record Ended(int status, boolean timedOut, String errors) {}

  /**
   * Runs a program with an empty environment: ours may hold secrets, and none of it is the program's business. Interrupting the thread kills it.
   *
   * @param line gets each line of standard output, on one other thread, before this returns
   */
  static Ended run(List<String> command, Duration limit, Consumer<String> line) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    Process process = builder.start();
    process.getOutputStream().close();
    CompletableFuture<Void> lines = inBackground(() -> lines(process.getInputStream(), line));
    CompletableFuture<String> errors = inBackground(() -> errors(process.getErrorStream()));
    try {
      boolean inTime = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
      if (!inTime) {
        // By its handle, since the process's own method also closes the streams that are being read.
        process.toHandle().destroyForcibly();
      }
      int status = process.waitFor();
      lines.join();
      return new Ended(status, !inTime, errors.join());
    } finally {
      process.destroyForcibly();
    }
  }

  @FunctionalInterface
  private interface Work<T> {
    T run() throws Exception;
  }

  private static <T> CompletableFuture<T> inBackground(Work<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> {
      try {
        result.complete(work.run());
      } catch (Exception e) {
        result.completeExceptionally(e);
      }
    });
    return result;
  }

  private static Void lines(InputStream in, Consumer<String> to) throws IOException {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        if (c == '\n') {
          to.accept(line.toString());
          line.setLength(0);
        } else if (line.length() < LINE_LIMIT) {
          line.append((char) c);
        }
      }
      if (!line.isEmpty()) {
        to.accept(line.toString());
      }
      return null;
    }
  }

  private static String errors(InputStream in) throws IOException {
    try (in) {
      byte[] start = in.readNBytes(ERRORS_LIMIT);
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return new String(start, StandardCharsets.UTF_8).lines().map(String::strip).filter(l -> !l.isEmpty()).collect(Collectors.joining(" "));
    }
  }
}
