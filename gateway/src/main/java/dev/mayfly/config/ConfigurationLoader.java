package dev.mayfly.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads configuration files, whole or not at all. Holds no state; any thread. */
public final class ConfigurationLoader {
  private static final int MAX_BYTES = 32 << 20;

  /**
   * A configuration and where it came from.
   *
   * @param file as the user wrote it
   * @param wasm where each function names its Wasm file
   * @param notes what the user should know of it; nothing is wrong
   */
  public record Loaded(Configuration configuration, String file, Map<String, Position> wasm, List<Problem> notes) {
    /** Without notes. */
    public Loaded(Configuration configuration, String file, Map<String, Position> wasm) {
      this(configuration, file, wasm, List.of());
    }

    /** A problem found later, when the function was compiled or booted; it is put to the place that names its Wasm file. */
    public Problem problem(String function, String message) {
      Position at = wasm.getOrDefault(function, Position.NONE);
      return new Problem(file, at.line(), at.column(), message);
    }
  }

  private ConfigurationLoader() {}

  /** Reads a file; paths in it are relative to it. */
  public static Configuration load(Path file) throws ConfigurationException {
    return read(file).configuration();
  }

  /** As {@link #load}, with the places of the functions. */
  public static Loaded read(Path file) throws ConfigurationException {
    return read(file, new HostMemory());
  }

  static Loaded read(Path file, HostMemory memory) throws ConfigurationException {
    return read(file, memory, System.getenv());
  }

  /** @param environment which has values for the variables of a Spin manifest */
  static Loaded read(Path file, HostMemory memory, Map<String, String> environment) throws ConfigurationException {
    Problems problems = new Problems(file.toString());
    Path base = file.toAbsolutePath().getParent();
    String text = text(file, problems);
    ConfigurationReader reader = new ConfigurationReader(problems, base, memory);
    Configuration configuration;
    if (file.toString().endsWith(".toml")) {
      SpinManifest manifest = new SpinManifest(problems, base, environment);
      configuration = manifest.complete(reader.read(manifest.configuration(SpinToml.parse(text, problems))));
    } else {
      configuration = reader.read(compose(text, problems));
    }
    return new Loaded(configuration, file.toString(), reader.wasmPositions(), problems.notes());
  }

  /** One function, named after its file, at every path, everything else as its default. */
  public static Loaded single(Path wasm) throws ConfigurationException {
    Problems problems = new Problems(wasm.toString());
    if (!Files.isRegularFile(wasm) || !Files.isReadable(wasm)) {
      problems.at(Position.NONE, !Files.exists(wasm) ? "no such file" : Files.isRegularFile(wasm) ? "cannot be read (permission denied)" : "not a file");
      problems.orThrow();
    }
    String name = functionName(wasm);
    Node function = mapping(Map.of("wasm", scalar(wasm.toAbsolutePath().toString())));
    Node route = mapping(Map.of("path", scalar("/*"), "function", scalar(name)));
    Node root = mapping(Map.of("functions", mapping(Map.of(name, function)), "routes", new SequenceNode(Tag.SEQ, List.of(route), FlowStyle.BLOCK)));
    ConfigurationReader reader = new ConfigurationReader(problems, wasm.toAbsolutePath().getParent(), new HostMemory());
    return new Loaded(reader.read(root), wasm.toString(), reader.wasmPositions());
  }

  /** The name that a function gets from its Wasm file where no configuration names it. */
  static String functionName(Path wasm) {
    String base = wasm.getFileName().toString().replaceFirst("\\.wasm$", "").replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[._-]+", "");
    return base.isEmpty() ? "function" : base.substring(0, Math.min(base.length(), 63));
  }

  private static ScalarNode scalar(String text) {
    return new ScalarNode(Tag.STR, text, ScalarStyle.DOUBLE_QUOTED);
  }

  private static MappingNode mapping(Map<String, Node> entries) {
    return new MappingNode(Tag.MAP, entries.entrySet().stream().map(e -> new NodeTuple(scalar(e.getKey()), e.getValue())).toList(), FlowStyle.BLOCK);
  }

  private static String text(Path file, Problems problems) throws ConfigurationException {
    try {
      if (Files.isDirectory(file)) {
        problems.at(Position.NONE, "is a directory; give a file in it");
      } else if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
        problems.at(Position.NONE, "is " + ByteSize.format(Files.size(file)) + "; a configuration has at most " + ByteSize.format(MAX_BYTES));
      } else {
        return decode(Files.readAllBytes(file), problems);
      }
    } catch (NoSuchFileException e) {
      problems.at(Position.NONE, "no such file");
    } catch (IOException e) {
      problems.at(Position.NONE, "cannot be read: " + (e instanceof java.nio.file.AccessDeniedException ? "permission denied" : e.getMessage()));
    }
    problems.orThrow();
    throw new AssertionError();
  }

  private static String decode(byte[] bytes, Problems problems) throws ConfigurationException {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      String text = decoder.decode(in).toString();
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      // The buffer stands before the first byte that is not UTF-8.
      problems.at(Position.after(new String(bytes, 0, in.position(), StandardCharsets.UTF_8)), "not UTF-8");
      problems.orThrow();
      throw new AssertionError(e);
    }
  }

  private static Node compose(String text, Problems problems) throws ConfigurationException {
    LoadSettings settings = LoadSettings.builder().setUseMarks(true).setCodePointLimit(MAX_BYTES).setAllowNonScalarKeys(true)
        .setSchema(new org.snakeyaml.engine.v2.schema.CoreSchema()).build();
    try {
      return new Compose(settings).composeString(text).orElseGet(() -> mapping(Map.of()));
    } catch (MarkedYamlEngineException e) {
      Position at = e.getProblemMark().or(e::getContextMark).map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.NONE);
      problems.at(at, "not YAML: " + e.getProblem() + (e.getContext() == null ? "" : ", " + e.getContext()));
    } catch (ReaderException e) {
      problems.at(Position.after(text.substring(0, Math.min(e.getPosition(), text.length()))), "not YAML: the character U+%04X is not allowed".formatted(e.getCodePoint()));
    } catch (YamlEngineException e) {
      problems.at(Position.NONE, "not YAML: " + e.getMessage());
    }
    problems.orThrow();
    throw new AssertionError();
  }
}
