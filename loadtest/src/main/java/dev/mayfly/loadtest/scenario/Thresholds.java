package dev.mayfly.loadtest.scenario;

import dev.mayfly.loadtest.plan.Threshold;
import dev.mayfly.loadtest.plan.Threshold.Figure;
import dev.mayfly.loadtest.plan.Threshold.Part;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads thresholds: {@code p99 < 20ms}, {@code cold service p50 < 5ms}, {@code errors < 1%}, {@code rate > 190/s}, {@code lag p99 < 2ms}. */
public final class Thresholds {
  private static final Pattern FORM = Pattern.compile("(?:(cold|warm) )?(?:(service|response|lag) )?([a-z]+[0-9.]*) ?(<=|>=|<|>) ?(\\S.*)");
  private static final List<String> FIGURES = List.of("errors", "unsent", "cold-share", "rate", "p50", "p90", "p99", "p99.9", "max");
  private static final String HOW = "write one like \"p99 < 20ms\", \"cold service p50 < 5ms\", \"errors < 1%\", \"rate > 190/s\", \"lag p99 < 2ms\" or \"cold-share < 5%\"";

  private Thresholds() {}

  public static Threshold parse(String text) throws InvalidValue {
    Matcher m = FORM.matcher(text.strip().replaceAll("\\s+", " ").replace("cold-share", "coldshare"));
    if (!m.matches()) {
      throw new InvalidValue("\"" + text + "\" is not a threshold; " + HOW);
    }
    Part part = m.group(1) == null ? Part.ALL : Part.valueOf(m.group(1).toUpperCase(Locale.ROOT));
    String name = m.group(3).replace("coldshare", "cold-share");
    boolean less = m.group(4).startsWith("<");
    String bound = m.group(5);
    Figure kind = m.group(2) == null ? Figure.RESPONSE : Figure.valueOf(m.group(2).toUpperCase(Locale.ROOT));
    return switch (name) {
      case "errors" -> new Threshold(text, part, Figure.ERRORS, 0, less, Quantities.share(bound));
      case "unsent" -> new Threshold(text, part, Figure.UNSENT, 0, less, Quantities.share(bound));
      case "cold-share" -> new Threshold(text, part, Figure.COLD_SHARE, 0, less, Quantities.share(bound));
      case "rate" -> new Threshold(text, part, Figure.RATE, 0, less, Quantities.rate(bound));
      case "max" -> new Threshold(text, part, kind, 100, less, Quantities.time(bound).toNanos());
      default -> new Threshold(text, part, kind, percentile(name, text), less, Quantities.time(bound).toNanos());
    };
  }

  private static double percentile(String name, String text) throws InvalidValue {
    if (!name.matches("p[0-9]{1,2}(\\.[0-9]{1,4})?")) {
      throw new InvalidValue("\"" + text + "\": \"" + name + "\" is no figure" + Nearest.suggestion(name, FIGURES) + "; " + HOW);
    }
    return Double.parseDouble(name.substring(1));
  }
}
