package dev.mayfly.function;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Reads what the compiler writes to standard output: lines {@code progress DONE TOTAL}, at the end one line of JSON. Lines of other kinds are passed
 * over. Not thread-safe.
 */
final class CompilerOutput {
  private final BiConsumer<Long, Long> progress;
  private JsonObject report;

  CompilerOutput(BiConsumer<Long, Long> progress) {
    this.progress = progress;
  }

  void line(String line) {
    if (line.startsWith("{")) {
      report = parse(line);
      return;
    }
    String[] words = line.split(" ");
    if (words.length == 3 && words[0].equals("progress") && number(words[1]) && number(words[2])) {
      progress.accept(Long.parseLong(words[1]), Math.max(1, Long.parseLong(words[2])));
    }
  }

  /** The report, if one came whole. */
  Optional<JsonObject> report() {
    return Optional.ofNullable(report);
  }

  private static boolean number(String word) {
    return word.matches("[0-9]{1,18}");
  }

  private static JsonObject parse(String line) {
    try {
      JsonObject parsed = new JsonObject(line);
      boolean whole = parsed.getString("kind") != null && parsed.getLong("functions") != null && parsed.getLong("memory_min_bytes") != null
          && parsed.getJsonArray("imports") != null;
      return whole ? parsed : null;
    } catch (DecodeException | ClassCastException e) {
      return null;
    }
  }
}
