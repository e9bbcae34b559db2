package dev.mayfly.trace;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One day of 2019: of each function the minutes in which it was invoked. Six bytes for each minute that is not 0.
 *
 * @param minutes how many the file has
 */
record DayCounts(List<Counts> functions, int minutes) {
  /**
   * @param minutes from 0, rising
   * @param counts of those minutes, above 0
   * @param durations null where the trace does not tell
   */
  record Counts(TraceFunction function, short[] minutes, int[] counts, Durations durations) {}

  static DayCounts read(Path file, Map<String, Durations> durations, BadRows bad) {
    List<Counts> functions = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try (Lines lines = new Lines(file)) {
      List<String> header = Format.header(lines);
      int minutes = Format.minutes(header);
      int[] row = new int[minutes];
      for (String line = lines.next(); line != null; line = lines.next()) {
        try {
          Counts counts = counts(line, lines, header, row, durations);
          if (!seen.add(counts.function.id())) {
            throw new Row.Wrong("the function stands in the file already");
          }
          functions.add(counts);
        } catch (Row.Wrong e) {
          lines.bad(e.getMessage(), bad);
        }
      }
      return new DayCounts(functions, minutes);
    }
  }

  private static Counts counts(String line, Lines lines, List<String> header, int[] row, Map<String, Durations> durations) throws Row.Wrong {
    if (!lines.whole()) {
      throw new Row.Wrong("is longer than " + Lines.LONGEST + " characters");
    }
    Row fields = new Row(line, header);
    TraceFunction function = new TraceFunction(fields.name(), fields.name(), fields.name(), fields.name());
    int used = 0;
    for (int minute = 0; minute < row.length; minute++) {
      row[minute] = fields.count();
      used += row[minute] > 0 ? 1 : 0;
    }
    fields.end();
    short[] minutes = new short[used];
    int[] counts = new int[used];
    for (int minute = 0, at = 0; minute < row.length; minute++) {
      if (row[minute] > 0) {
        minutes[at] = (short) minute;
        counts[at++] = row[minute];
      }
    }
    return new Counts(function, minutes, counts, durations.get(function.id()));
  }
}
