package dev.mayfly.loadtest.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Where scenarios come from: files, and those that are shipped. */
public final class Scenarios {
  /** The names of the shipped ones. */
  public static final List<String> READY = List.of("cold", "warm", "fresh", "burst", "ramp", "soak", "mixed");
  private static final long MAX_BYTES = 4 << 20;

  private Scenarios() {}

  /** @param name of a shipped one, or a file */
  public static Scenario load(String name) throws ScenarioException {
    if (READY.contains(name)) {
      return parse(ready(name), name + ".yaml", name);
    }
    Path file = Path.of(name);
    try {
      if (!Files.exists(file)) {
        throw new NoSuchFileException(name);
      }
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
        throw new ScenarioException(List.of(name + ": is not a file of at most 4 MiB"));
      }
      return parse(Files.readString(file), name, file.getFileName().toString().replaceFirst("\\.ya?ml$", ""));
    } catch (NoSuchFileException e) {
      throw new ScenarioException(List.of(name + ": no such file, and no shipped scenario" + Nearest.suggestion(name, READY) + "; shipped are " + String.join(", ", READY)));
    } catch (CharacterCodingException e) {
      throw new ScenarioException(List.of(name + ": not UTF-8"));
    } catch (IOException e) {
      throw new ScenarioException(List.of(name + ": cannot be read: " + e.getMessage()));
    }
  }

  /** The text of a shipped one. */
  public static String ready(String name) {
    try (InputStream in = Scenarios.class.getResourceAsStream(name + ".yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** @param file for messages */
  public static Scenario parse(String text, String file, String name) throws ScenarioException {
    Mistakes mistakes = new Mistakes(file);
    LoadSettings settings = LoadSettings.builder().setUseMarks(true).setCodePointLimit((int) MAX_BYTES).setAllowNonScalarKeys(true)
        .setSchema(new org.snakeyaml.engine.v2.schema.CoreSchema()).build();
    try {
      Node root = new Compose(settings).composeString(text).orElse(null);
      if (root == null) {
        mistakes.whole("is empty; a scenario has at least phases");
      } else {
        return new ScenarioReader(mistakes).read(root, name);
      }
    } catch (MarkedYamlEngineException e) {
      e.getProblemMark().or(e::getContextMark).ifPresentOrElse(mark -> mistakes.at(mark, "not YAML: " + e.getProblem()), () -> mistakes.whole("not YAML: " + e.getProblem()));
    } catch (YamlEngineException e) {
      mistakes.whole("not YAML: " + e.getMessage());
    }
    mistakes.orThrow();
    throw new AssertionError();
  }
}
