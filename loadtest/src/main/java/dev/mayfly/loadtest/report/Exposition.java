package dev.mayfly.loadtest.report;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the gateway's gauges from the text that Prometheus reads. What cannot be read is left out: it is another's text. */
final class Exposition {
  private static final Pattern SAMPLE = Pattern.compile("^(mayfly_[a-z_]+)(?:\\{(.*)\\})? ([-+.0-9eEInfNa]+)(?: -?[0-9]+)?$");
  private static final Pattern STATE = Pattern.compile("(?:^|,)state=\"([a-z]*)\"");

  private Exposition() {}

  static PoolSample pool(String text, Instant at, String target) {
    Map<String, Double> sums = new HashMap<>();
    text.lines().filter(line -> line.startsWith("mayfly_")).map(SAMPLE::matcher).filter(Matcher::matches).forEach(sample -> {
      Matcher state = STATE.matcher(sample.group(2) == null ? "" : sample.group(2));
      String key = sample.group(1) + (state.find() ? " " + state.group(1) : "");
      sums.merge(key, number(sample.group(3)), Double::sum);
    });
    return new PoolSample(at, target, sum(sums, "mayfly_machines warm"), sum(sums, "mayfly_machines busy"), sum(sums, "mayfly_machines restoring"),
        sum(sums, "mayfly_machines resetting"), sum(sums, "mayfly_queued_requests"), sum(sums, "mayfly_shells_ready"));
  }

  private static double sum(Map<String, Double> sums, String key) {
    return sums.getOrDefault(key, 0.0);
  }

  private static double number(String text) {
    try {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? value : 0;
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
