package dev.mayfly.loadtest.peers;

import dev.mayfly.loadtest.peers.Freshness.Throughput;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator wrk, as a program on the path: a closed model, one thread. */
final class Wrk {
  private static final Pattern MOST = Pattern.compile("(?m)^Requests/sec:\\s+([0-9.]+)$");
  private static final Pattern NOT_GOOD = Pattern.compile("(?m)^\\s*Non-2xx or 3xx responses: (\\d+)$");
  private static final Pattern BROKEN = Pattern.compile("(?m)^\\s*Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)$");

  private Wrk() {}

  /** @throws IOException wrk is not there, or failed */
  static Throughput measure(URI url, int users, Duration warmUp, Duration load) throws IOException, InterruptedException {
    run(url, users, warmUp);
    return read(run(url, users, load));
  }

  private static String run(URI url, int users, Duration time) throws IOException, InterruptedException {
    Process wrk = new ProcessBuilder(List.of("wrk", "-t1", "-c" + users, "-d" + time.toSeconds() + "s", url.toString())).redirectErrorStream(true).start();
    String said = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (wrk.waitFor() != 0) {
      throw new IOException("wrk failed: " + said.strip());
    }
    return said;
  }

  /** @param said what wrk wrote */
  static Throughput read(String said) throws IOException {
    Matcher most = MOST.matcher(said);
    if (!most.find()) {
      throw new IOException("wrk gave no rate: " + said.strip());
    }
    return new Throughput(Double.parseDouble(most.group(1)), sum(NOT_GOOD.matcher(said)) + sum(BROKEN.matcher(said)));
  }

  private static long sum(Matcher found) {
    long sum = 0;
    if (found.find()) {
      for (int i = 1; i <= found.groupCount(); i++) {
        sum += Long.parseLong(found.group(i));
      }
    }
    return sum;
  }
}
