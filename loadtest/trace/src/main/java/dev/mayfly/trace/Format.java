package dev.mayfly.trace;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a file of a trace holds, told by its header. */
enum Format {
  /** 2019: a function's invocations in each minute of a day. */
  COUNTS,
  /** 2019: how long a function's invocations took on a day, as percentiles. */
  DURATIONS,
  /** 2021: an invocation a row. */
  INVOCATIONS;

  static final int MINUTES_OF_A_DAY = 24 * 60;
  static final List<String> COUNTS_NAMES = List.of("HashOwner", "HashApp", "HashFunction", "Trigger");
  static final List<String> DURATIONS_HEADER = List.of("HashOwner", "HashApp", "HashFunction", "Average", "Count", "Minimum", "Maximum",
      "percentile_Average_0", "percentile_Average_1", "percentile_Average_25", "percentile_Average_50", "percentile_Average_75",
      "percentile_Average_99", "percentile_Average_100");
  static final List<String> INVOCATIONS_HEADER = List.of("app", "func", "end_timestamp", "duration");

  static Format of(Path path) {
    try (Lines lines = new Lines(path)) {
      List<String> header = header(lines);
      if (header.equals(INVOCATIONS_HEADER)) {
        return INVOCATIONS;
      }
      if (header.equals(DURATIONS_HEADER)) {
        return DURATIONS;
      }
      if (minutes(header) > 0) {
        return COUNTS;
      }
      throw new TraceException(path + ":1: not the header of a trace: '" + start(header) + "'; one begins with "
          + "HashOwner,HashApp,HashFunction,Trigger,1 (counts of 2019), HashOwner,HashApp,HashFunction,Average (durations of 2019) or "
          + "app,func,end_timestamp,duration (2021)");
    }
  }

  static List<String> header(Lines lines) {
    String line = lines.next();
    return line == null ? List.of() : List.of(line.split(",", -1));
  }

  /** How many minutes the counts of this header are for; 0 if it is not one of counts. */
  static int minutes(List<String> header) {
    int names = COUNTS_NAMES.size();
    int minutes = header.size() - names;
    if (minutes < 1 || minutes > MINUTES_OF_A_DAY || !header.subList(0, names).equals(COUNTS_NAMES)) {
      return 0;
    }
    for (int minute = 1; minute <= minutes; minute++) {
      if (!header.get(names + minute - 1).equals(Integer.toString(minute))) {
        return 0;
      }
    }
    return minutes;
  }

  static List<String> countsHeader(int minutes) {
    List<String> header = new ArrayList<>(COUNTS_NAMES);
    for (int minute = 1; minute <= minutes; minute++) {
      header.add(Integer.toString(minute));
    }
    return header;
  }

  private static String start(List<String> header) {
    String text = String.join(",", header);
    return Row.printable(text.length() > 60 ? text.substring(0, 60) + "..." : text);
  }
}
