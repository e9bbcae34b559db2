package dev.mayfly.loadtest.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Echoes so many bytes through a component that reads 64 KiB and writes 4 KiB at a time, by Mayfly and, where there is a {@code wasmtime}, by
 * {@code wasmtime serve}, in turns; prints the rate of each run, their ratio, and by how much the gateway's memory grew after a first, small run.
 */
public final class StreamBenchmark {
  private static final long MIB = 1 << 20;
  /** Sent before anything is measured: code is compiled then, buffers are there. */
  private static final long WARM_UP = 256 * MIB;
  private static final int RUNS = 3;

  private StreamBenchmark() {}

  /** @param arguments the project's folder, the component, bytes to echo ({@code 1GiB}) */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 3) {
      System.err.println("stream: needs the project's folder, a component, and how much to echo, as 1GiB");
      System.exit(2);
    }
    Path work = Files.createTempDirectory("mayfly-stream");
    try {
      measure(Path.of(arguments[0]), Path.of(arguments[1]).toAbsolutePath(), bytes(arguments[2]), work);
    } finally {
      delete(work);
    }
  }

  private static void measure(Path home, Path component, long bytes, Path work) throws IOException {
    String wasmtime = Server.find("wasmtime");
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    try (Server mayfly = Server.mayfly(home, component, work); Server other = wasmtime == null ? null : Server.wasmtime(wasmtime, component, work)) {
      Echo.run(mayfly.port(), WARM_UP);
      long before = mayfly.residentBytes();
      for (int i = 0; i < RUNS; i++) {
        ours.add(rate(mayfly, bytes));
        if (other != null) {
          theirs.add(rate(other, bytes));
        }
      }
      System.out.printf(Locale.ROOT, "mayfly's memory: %d MiB before, %d MiB more at its peak; wanted < 64%n", before / MIB, (mayfly.peakBytes() - before) / MIB);
    }
    if (theirs.isEmpty()) {
      System.out.println("no wasmtime on the PATH to compare with");
    } else {
      System.out.printf(Locale.ROOT, "mayfly / wasmtime serve, medians: %.2f; wanted >= 0.6%n", median(ours) / median(theirs));
    }
  }

  /** MB/s of one echo. */
  private static double rate(Server server, long bytes) throws IOException {
    double rate = bytes * 1e3 / Echo.run(server.port(), bytes);
    System.out.printf(Locale.ROOT, "%-14s %d MiB echoed at %.0f MB/s%n", server.name(), bytes / MIB, rate);
    return rate;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  static long bytes(String size) {
    long unit = size.endsWith("GiB") ? MIB << 10 : size.endsWith("MiB") ? MIB : 0;
    if (unit == 0 || !size.substring(0, size.length() - 3).matches("[0-9]{1,4}")) {
      throw new IllegalArgumentException(size + " is no size: a whole number of MiB or GiB, as 512MiB");
    }
    return Long.parseLong(size.substring(0, size.length() - 3)) * unit;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
