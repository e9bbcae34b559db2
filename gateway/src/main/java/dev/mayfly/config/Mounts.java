package dev.mayfly.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code files} and {@code scratch} of a function, which share the guest's names. */
final class Mounts {
  private record Mount(String guest, Path host, Position position) {}

  private final HostFiles host;
  private final List<Mount> files = new ArrayList<>();
  private final List<Mount> scratch = new ArrayList<>();

  Mounts(Section function, HostFiles host) {
    this.host = host;
    read(function, "files", files);
    read(function, "scratch", scratch);
  }

  private void read(Section function, String key, List<Mount> into) {
    for (Section.Entry e : function.section(key).entries()) {
      Optional<String> guest = function.value(key, e.keyNode(), text -> GuestDirectory.check(text, preopens()));
      Optional<Path> directory = function.value(key + "." + e.key(), e.value(), host.directory());
      if (guest.isPresent() && directory.isPresent()) {
        into.add(new Mount(guest.get(), directory.get(), Position.of(e.keyNode())));
      }
    }
  }

  Map<String, Path> files() {
    return byGuest(files);
  }

  Map<String, Path> scratch() {
    return byGuest(scratch);
  }

  /** Guest directories of both, in the order of the file. */
  List<String> preopens() {
    List<Mount> all = new ArrayList<>(files);
    all.addAll(scratch);
    all.sort(Comparator.comparingInt((Mount m) -> m.position().line()).thenComparingInt(m -> m.position().column()));
    return all.stream().map(Mount::guest).toList();
  }

  private static Map<String, Path> byGuest(List<Mount> mounts) {
    Map<String, Path> map = new LinkedHashMap<>();
    mounts.forEach(m -> map.put(m.guest(), m.host()));
    return Collections.unmodifiableMap(map);
  }
}
