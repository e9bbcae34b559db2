package dev.mayfly.trace;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Writes a made-up trace in both formats. The traces themselves are not part of the project; this one has their shape, by the distributions that
 * were published of them (see {@link SyntheticFunction}), and is the same for the same arguments.
 */
public final class SyntheticTrace {
  /** The standard normal distribution at the percentiles 0 (taken as 0.1), 1, 25, 50, 75, 99 and 100 (taken as 99.9). */
  private static final double[] NORMAL = {-3.09, -2.326, -0.674, 0, 0.674, 2.326, 3.09};
  private static final String USAGE = "usage: DIRECTORY [DAYS [FUNCTIONS [BUSIEST-PER-MINUTE [SEED]]]] (1 24 60 2019): writes the days to 2019/, and of the "
      + "first hour each invocation to 2021/";
  private final List<SyntheticFunction> functions;
  private final long seed;

  public SyntheticTrace(int functions, double busiestPerMinute, long seed) {
    SplittableRandom dice = new SplittableRandom(seed);
    this.functions = IntStream.range(0, functions).mapToObj(_ -> SyntheticFunction.draw(dice, busiestPerMinute)).toList();
    this.seed = seed;
  }

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.err));
  }

  static int run(String[] arguments, PrintStream errors) {
    try {
      int days = number(arguments, 1, 1);
      SyntheticTrace trace = new SyntheticTrace(number(arguments, 2, 24), number(arguments, 3, 60), number(arguments, 4, 2019));
      Path minutes = Files.createDirectories(Path.of(arguments[0]).resolve("2019"));
      for (int day = 1; day <= days; day++) {
        trace.writeDay(minutes, day);
      }
      Path single = Files.createDirectories(Path.of(arguments[0]).resolve("2021"));
      trace.writeInvocations(single.resolve("AzureFunctionsInvocationTrace.txt"), 60);
      return 0;
    } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
      errors.println(USAGE);
      return 2;
    } catch (IOException | UncheckedIOException e) {
      errors.println("cannot write the trace: " + e.getMessage());
      return 1;
    }
  }

  private static int number(String[] arguments, int index, int otherwise) {
    return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
  }

  /** Both files of a day, the first of which is 1, in the format of 2019. */
  public void writeDay(Path directory, int day) throws IOException {
    try (Writer counts = Files.newBufferedWriter(directory.resolve(name("invocations_per_function_md", day)));
        Writer durations = Files.newBufferedWriter(directory.resolve(name("function_durations_percentiles", day)))) {
      counts.write(String.join(",", Format.countsHeader(Format.MINUTES_OF_A_DAY)) + "\n");
      durations.write(String.join(",", Format.DURATIONS_HEADER) + "\n");
      for (SyntheticFunction function : functions) {
        int[] row = day(function, day);
        int invocations = IntStream.of(row).sum();
        if (invocations > 0) {
          String names = function.function().id().replace('/', ',');
          counts.write(names + "," + function.function().trigger());
          for (int count : row) {
            counts.write("," + count);
          }
          counts.write("\n");
          durations.write(names + "," + durations(function, invocations) + "\n");
        }
      }
    }
  }

  private static String name(String kind, int day) {
    return String.format(Locale.ROOT, "%s.anon.d%02d.csv", kind, day);
  }

  private int[] day(SyntheticFunction function, int day) {
    SplittableRandom dice = new SplittableRandom(seed * 31 + function.function().function().hashCode() * 4096L + day);
    return IntStream.range(0, Format.MINUTES_OF_A_DAY).map(minute -> function.count((day - 1L) * Format.MINUTES_OF_A_DAY + minute, dice)).toArray();
  }

  private static String durations(SyntheticFunction function, int invocations) {
    StringBuilder row = new StringBuilder();
    row.append(millis(function.meanMillis())).append(',').append(invocations);
    row.append(',').append(millis(function.millisAt(NORMAL[0]))).append(',').append(millis(function.millisAt(NORMAL[NORMAL.length - 1])));
    for (double normal : NORMAL) {
      row.append(',').append(millis(function.millisAt(normal)));
    }
    return row.toString();
  }

  private static String millis(double millis) {
    return Long.toString(Math.max(1, Math.round(millis)));
  }

  private record Row(double begin, String text) {}

  /** The first minutes of the first day in the format of 2021, ordered by begin as that trace is. */
  public void writeInvocations(Path file, int minutes) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (SyntheticFunction function : functions) {
      SplittableRandom dice = new SplittableRandom(seed * 37 + function.function().function().hashCode());
      int[] counts = day(function, 1);
      for (int minute = 0; minute < minutes; minute++) {
        for (int i = 0; i < counts[minute]; i++) {
          double begin = 60 * (minute + dice.nextDouble());
          double seconds = function.millisAt(dice.nextGaussian()) / 1000;
          rows.add(new Row(begin, String.format(Locale.ROOT, "%s,%s,%.6f,%.3f\n", function.function().app(), function.function().function(), begin + seconds, seconds)));
        }
      }
    }
    rows.sort((a, b) -> Double.compare(a.begin, b.begin));
    try (Writer out = Files.newBufferedWriter(file)) {
      out.write(String.join(",", Format.INVOCATIONS_HEADER) + "\n");
      for (Row row : rows) {
        out.write(row.text);
      }
    }
  }
}
