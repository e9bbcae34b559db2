package dev.mayfly.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The path of a route, read: {@code /a/{b}/*}. Exact segments are written as they are after percent-decoding.
 *
 * @param segments of which only the last may be empty: {@code /a/} has two
 * @param below whether it ends in {@code /*}, which is no segment: {@code /a/*} has one
 */
public record RoutePath(List<Segment> segments, boolean below) {
  /** What a parameter may be called, in routes and arguments. */
  public static final String NAME = "[A-Za-z_][A-Za-z0-9_-]*";

  private static final Pattern PARAMETER = Pattern.compile("\\{(" + NAME + ")}");
  private static final int MAX_LENGTH = 2000;
  private static final int MAX_SEGMENTS = 64;
  private static final String HOW = "; a route's path is exact, with {parameter} for a whole segment, and may end in /*";

  /** One segment. */
  public sealed interface Segment {
    record Exact(String text) implements Segment {}

    record Parameter(String name) implements Segment {}
  }

  /** Reads a path as the file has it. */
  public static RoutePath parse(String path) throws InvalidValue {
    if (!path.startsWith("/")) {
      throw new InvalidValue("\"" + path + "\" must begin with \"/\"");
    }
    boolean below = path.endsWith("/*");
    String[] parts = path.substring(1).split("/", -1);
    int count = below ? parts.length - 1 : parts.length;
    if (path.length() > MAX_LENGTH || count > MAX_SEGMENTS) {
      throw new InvalidValue("the path is too long; at most " + MAX_LENGTH + " characters and " + MAX_SEGMENTS + " segments are allowed");
    }
    List<Segment> segments = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      Segment segment = segment(path, parts[i], i == count - 1 && !below);
      if (segment instanceof Segment.Parameter(String name) && !names.add(name)) {
        throw new InvalidValue("\"" + path + "\" has the parameter {" + name + "} twice");
      }
      segments.add(segment);
    }
    return new RoutePath(List.copyOf(segments), below);
  }

  private static Segment segment(String path, String text, boolean last) throws InvalidValue {
    Matcher parameter = PARAMETER.matcher(text);
    if (parameter.matches()) {
      return new Segment.Parameter(parameter.group(1));
    }
    if (text.isEmpty() && !last) {
      throw new InvalidValue("\"" + path + "\" has an empty segment" + HOW);
    }
    if (text.equals(".") || text.equals("..")) {
      throw new InvalidValue("\"" + path + "\" has the segment \"" + text + "\", which no request has after its dot segments are taken out");
    }
    if (text.matches(".*[*{}?#\\x00-\\x1f\\x7f].*") || text.contains("\n")) {
      throw new InvalidValue("\"" + path + "\" has the segment \"" + text + "\"" + HOW);
    }
    if (text.matches(".*%[0-9A-Fa-f]{2}.*")) {
      throw new InvalidValue("\"" + path + "\" is percent-encoded; write the path decoded");
    }
    return new Segment.Exact(text);
  }

  /** Names of the parameters, in order. */
  public List<String> parameters() {
    return segments.stream().<String>mapMulti((s, to) -> {
      if (s instanceof Segment.Parameter(String name)) {
        to.accept(name);
      }
    }).toList();
  }

  /** The same for paths that match the same requests: parameters without their names. */
  String shape() {
    return segments.stream().map(s -> s instanceof Segment.Exact(String text) ? text : "{}").collect(Collectors.joining("/", "/", below ? "/*" : ""));
  }
}
