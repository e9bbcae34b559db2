package dev.mayfly.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How much memory this process may count on: the host's, or the least limit of the cgroups (version 1 or 2) it is in.
 *
 * @param root {@code /}, or a copy of what lies below it
 */
record HostMemory(Path root) {
  HostMemory() {
    this(Path.of("/"));
  }

  /** Bytes; {@code Long.MAX_VALUE} if the system does not say. */
  long bytes() {
    return LongStream.concat(LongStream.of(host()), lines("proc/self/cgroup").stream().flatMap(this::limits).mapToLong(Long::longValue))
        .min().orElse(Long.MAX_VALUE);
  }

  private long host() {
    return lines("proc/meminfo").stream().filter(l -> l.startsWith("MemTotal:"))
        .map(l -> l.replaceAll("[^0-9]", "")).mapToLong(kib -> Long.parseLong(kib) << 10).findFirst().orElse(Long.MAX_VALUE);
  }

  /** Limits of one line, {@code number:controllers:path}: of that group and of all above it, each of which binds. */
  private Stream<Long> limits(String line) {
    String[] parts = line.split(":", 3);
    if (parts.length < 3) {
      return Stream.empty();
    }
    if (parts[1].isEmpty()) {
      return upwards("sys/fs/cgroup", parts[2], "memory.max");
    }
    boolean memory = List.of(parts[1].split(",")).contains("memory");
    return memory ? upwards("sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes") : Stream.empty();
  }

  /** In a container the path may be the host's, of which only the mount's root is to be seen: absent files are passed over. */
  private Stream<Long> upwards(String mount, String group, String file) {
    Path top = root.resolve(mount);
    Path start = top.resolve(group.replaceFirst("^/+", "")).normalize();
    return Stream.iterate(start, p -> p != null && p.startsWith(top), Path::getParent)
        .flatMap(p -> lines(root.relativize(p.resolve(file)).toString()).stream())
        .filter(l -> l.matches("[0-9]{1,18}")).map(Long::valueOf);
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file));
    } catch (IOException e) {
      return List.of();
    }
  }
}
