package dev.mayfly.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The files of one component: which of the application's folder its guest sees, and where. All of them lie in one tree whose root is the
 * guest's {@code /}, as under Spin. Blocks; one thread.
 */
final class SpinFiles {
  private static final List<String> RESERVED = List.of("tmp", "request");

  private final Section in;
  private final Path base;
  private final List<Pattern> excluded = new ArrayList<>();
  private final Map<String, Path> chosen = new LinkedHashMap<>();
  private final List<Path> atRoot = new ArrayList<>();

  /** Chooses the files; what is wrong is noted. */
  SpinFiles(Section component, Path base) {
    this.in = component;
    this.base = base.normalize();
    excluded.addAll(component.list("exclude_files", text -> SpinGlob.compile(text, true)));
    for (Node item : component.items("files")) {
      if (item instanceof MappingNode) {
        placed(Section.of(item, "an entry of files", Position.of(item), component.problems()));
      } else {
        component.value("files", item, this::pattern);
      }
    }
  }

  /** What is {@code /} in the guest; empty if the component has no files. */
  Optional<SpinTree> tree() {
    // One folder as it is needs no copy.
    boolean whole = atRoot.size() == 1 && in.items("files").size() == 1 && excluded.isEmpty();
    return whole ? Optional.of(new SpinTree.Whole(atRoot.getFirst())) : Optional.of(chosen).filter(c -> !c.isEmpty()).map(SpinTree.Chosen::new);
  }

  private String pattern(String text) throws InvalidValue {
    String plain = text.replaceFirst("^(\\./)+", "").replaceFirst("(?<=.)/+$", "");
    Optional<Path> path = SpinGlob.isPattern(plain) && !Files.exists(base.resolve(plain)) ? Optional.empty() : Optional.of(existing(text));
    if (path.isEmpty()) {
      Path folder = inside(SpinGlob.folder(plain).isEmpty() ? "." : SpinGlob.folder(plain), text);
      Pattern glob = SpinGlob.compile(plain, false);
      List<Path> found = Files.isDirectory(folder) ? below(folder).stream().filter(p -> glob.matcher(relative(base, p)).matches()).toList() : List.of();
      if (found.isEmpty()) {
        throw new InvalidValue("\"" + text + "\" matches no file in " + base);
      }
      choose(found, base, "");
    } else if (Files.isDirectory(path.get())) {
      choose(below(path.get()), base, "");
    } else {
      choose(List.of(path.get()), base, "");
    }
    return text;
  }

  private void placed(Section entry) {
    Optional<Path> source = entry.required("source", this::existing, " in the entry of files");
    Optional<String> destination = entry.required("destination", SpinFiles::destination, " in the entry of files: where it is in the guest");
    entry.end();
    if (source.isEmpty() || destination.isEmpty()) {
      return;
    }
    String guest = destination.get();
    entry.value("destination", entry.entry("destination").orElseThrow().value(), text -> {
      if (Files.isDirectory(source.get())) {
        if (guest.isEmpty()) {
          atRoot.add(source.get());
        }
        choose(below(source.get()), source.get(), guest.isEmpty() || guest.endsWith("/") ? guest : guest + "/");
      } else if (guest.isEmpty() || guest.endsWith("/")) {
        throw new InvalidValue("\"" + text + "\" must name the file, as its source is one");
      } else {
        put(guest, source.get());
      }
      return text;
    });
  }

  private void choose(List<Path> files, Path from, String to) throws InvalidValue {
    for (Path file : files) {
      put(to + relative(from, file), file);
    }
  }

  private void put(String guest, Path host) throws InvalidValue {
    String first = guest.split("/", 2)[0];
    if (RESERVED.contains(first)) {
      throw new InvalidValue("\"/" + guest + "\" is taken: /" + first + " is the gateway's own");
    }
    chosen.put(guest, host);
  }

  /** Without slashes in front; empty for the root. */
  private static String destination(String text) throws InvalidValue {
    String guest = text.replaceFirst("^(\\.?/)+", "");
    guest = guest.equals(".") ? "" : guest;
    if (guest.indexOf('\0') >= 0 || guest.contains("//")
        || Arrays.stream(guest.replaceFirst("/$", "").split("/", -1)).anyMatch(s -> List.of(".", "..").contains(s))) {
      throw new InvalidValue("\"" + text + "\" must not have empty, \".\" or \"..\" segments");
    }
    return guest;
  }

  private Path existing(String text) throws InvalidValue {
    Path path = inside(text, text);
    if (!Files.exists(path)) {
      throw new InvalidValue("no such file or folder: " + text + " (looked for " + path + ")");
    }
    if (!Files.isReadable(path)) {
      throw new InvalidValue("cannot be read: " + text + " (permission denied)");
    }
    return path;
  }

  private Path inside(String text, String written) throws InvalidValue {
    try {
      Path path = base.resolve(text).normalize();
      if (!text.isEmpty() && path.startsWith(base)) {
        return path;
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw new InvalidValue("\"" + written + "\" is not in the application's folder, " + base);
  }

  /** The files below a folder that are not excluded, in order; links to folders are not followed. */
  private List<Path> below(Path folder) throws InvalidValue {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).filter(p -> excluded.stream().noneMatch(e -> e.matcher(relative(base, p)).matches())).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new InvalidValue("cannot be read: " + e.getMessage());
    }
  }

  private static String relative(Path from, Path path) {
    return from.relativize(path).toString();
  }
}
