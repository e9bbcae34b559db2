package dev.mayfly.loadtest.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process has at one moment, as the kernel and its JVM say.
 *
 * @param residentBytes of memory
 * @param heapBytes used, after a collection
 * @param files descriptors
 * @param machines descriptors of KVM's VMs
 * @param mappings of memory
 */
record Vitals(double residentBytes, double heapBytes, double files, double machines, double threads, double mappings) {
  private static final Pattern USED = Pattern.compile("used (\\d+)K");
  private static final long JCMD_SECONDS = 60;

  /** Has the JVM collect first. @param jdk whose {@code jcmd} is asked */
  static Vitals of(long pid, Path jdk) throws IOException, InterruptedException {
    Path proc = Path.of("/proc", Long.toString(pid));
    jcmd(jdk, pid, "GC.run");
    long heap = used(jcmd(jdk, pid, "GC.heap_info"));
    int files = 0;
    int machines = 0;
    try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
      for (Path one : open.toList()) {
        files++;
        machines += target(one).equals("anon_inode:kvm-vm") ? 1 : 0;
      }
    }
    try (Stream<String> maps = Files.lines(proc.resolve("maps"))) {
      return new Vitals(status(proc, "VmRSS:") * 1024.0, heap, files, machines, status(proc, "Threads:"), maps.count());
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }

  private static long status(Path proc, String field) throws IOException {
    try (Stream<String> lines = Files.lines(proc.resolve("status"))) {
      return lines.filter(line -> line.startsWith(field)).map(line -> line.replaceAll("[^0-9]", "")).mapToLong(Long::parseLong).findFirst()
          .orElseThrow(() -> new IOException(proc + "/status has no " + field));
    }
  }

  /** The heap's parts; not the metaspace, which stands below them. */
  private static long used(String info) throws IOException {
    Matcher matcher = USED.matcher(info.substring(0, info.contains("Metaspace") ? info.indexOf("Metaspace") : info.length()));
    long bytes = 0;
    while (matcher.find()) {
      bytes += Long.parseLong(matcher.group(1)) * 1024;
    }
    if (bytes == 0) {
      throw new IOException("jcmd does not say how much heap is used: " + info);
    }
    return bytes;
  }

  private static String jcmd(Path jdk, long pid, String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(jdk.resolve("bin/jcmd").toString(), Long.toString(pid), command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes());
    if (!process.waitFor(JCMD_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("jcmd " + command + " failed: " + text);
    }
    return text;
  }
}
