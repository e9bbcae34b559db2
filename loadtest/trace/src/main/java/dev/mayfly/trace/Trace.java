package dev.mayfly.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of one trace: of 2019, a file of counts for each day, with or without the day's durations; or of 2021, one or more that follow each
 * other. Which is which their headers tell; days are told, and put in order, by the {@code .dNN.} of their names. Immutable: each call of
 * {@link #replay} reads the files anew.
 */
public final class Trace {
  private static final Pattern DAY = Pattern.compile("\\.d(\\d{1,4})\\.");

  /**
   * A day of 2019.
   *
   * @param durations null where there are none
   */
  record Day(Path counts, Path durations) {}

  private final List<Day> days;
  private final List<Path> invocations;

  private Trace(List<Day> days, List<Path> invocations) {
    this.days = List.copyOf(days);
    this.invocations = List.copyOf(invocations);
  }

  /**
   * @param paths files, or folders, of which all files that end in .csv, .txt, .csv.gz or .txt.gz are taken
   * @throws TraceException one cannot be read, is no trace, or they do not belong together
   */
  public static Trace of(List<Path> paths) {
    Map<Format, List<Path>> files = new HashMap<>();
    for (Path path : paths) {
      for (Path file : files(path)) {
        files.computeIfAbsent(Format.of(file), _ -> new ArrayList<>()).add(file);
      }
    }
    List<Path> counts = files.getOrDefault(Format.COUNTS, List.of());
    List<Path> invocations = files.getOrDefault(Format.INVOCATIONS, List.of());
    if (counts.isEmpty() == invocations.isEmpty()) {
      throw new TraceException("there is " + (counts.isEmpty() ? "no file of invocations" : "a file of invocations in the format of 2019 ("
          + counts.getFirst() + ") and one of 2021 (" + invocations.getFirst() + ")") + " in " + paths + "; one of the two is needed");
    }
    return new Trace(days(counts, files.getOrDefault(Format.DURATIONS, List.of())), invocations.stream().sorted().toList());
  }

  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> all = Files.list(path)) {
      return all.filter(file -> file.getFileName().toString().matches("(?s).*\\.(csv|txt)(\\.gz)?")).sorted().toList();
    } catch (IOException e) {
      throw new TraceException("cannot read the folder " + path + ": " + e, e);
    }
  }

  private static List<Day> days(List<Path> counts, List<Path> durations) {
    Map<Integer, Path> counted = byDay(counts);
    Map<Integer, Path> timed = byDay(durations);
    return counted.keySet().stream().sorted().map(day -> new Day(counted.get(day), timed.get(day))).toList();
  }

  private static Map<Integer, Path> byDay(List<Path> files) {
    Map<Integer, Path> days = new HashMap<>();
    for (Path file : files) {
      Matcher matcher = DAY.matcher(file.getFileName().toString());
      int day = matcher.find() ? Integer.parseInt(matcher.group(1)) : 1;
      Path other = days.putIfAbsent(day, file);
      if (other != null) {
        throw new TraceException(other + " and " + file + " are both of day " + day + "; the day is the dNN in name.dNN.csv");
      }
    }
    return days;
  }

  /**
   * Its invocations in order of time. What is in memory: of 2019 one day's counts that are not 0 and one minute's invocations, of 2021 a window of
   * {@value InvocationArrivals#WINDOW} rows.
   *
   * @throws TraceException here, or while it is read
   */
  public Arrivals replay(Replay replay, BadRows bad) {
    return days.isEmpty() ? new InvocationArrivals(invocations, replay, bad) : new CountArrivals(days, replay, bad);
  }
}
