package dev.mayfly.function;

import io.vertx.core.json.JsonObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The native programs that travel in the gateway's jar: found there, put into the cache under their SHA-256, and checked before each process's first
 * use. A folder given by the system property {@value #PROPERTY} goes first, for those who build them anew all the time. Thread-safe; blocks.
 */
public final class Tools {
  /** Names a folder with the programs. */
  public static final String PROPERTY = "mayfly.native";

  private static final String FOLDER = "/native/";
  private static final int BUFFER = 1 << 16;
  private static final int SHA_DIGITS = 64;

  private enum Tool {
    UNIKERNEL("mayfly-unikernel"),
    COMPILER("mayfly-compiler"),
    PROCESS("mayfly-process");

    private final String file;

    Tool(String file) {
      this.file = file;
    }
  }

  /** Where the jar's resources come from; null for one that is not there. */
  @FunctionalInterface
  interface Resources {
    InputStream open(String name);
  }

  private final Cache cache;
  private final Optional<Path> folder;
  private final Resources resources;
  private final Map<Tool, Path> ready = new EnumMap<>(Tool.class);

  Tools(Cache cache, Optional<Path> folder, Resources resources) {
    this.cache = cache;
    this.folder = folder;
    this.resources = resources;
  }

  /** Those of this jar, or of the folder that the system property names. */
  public static Tools of(Cache cache) {
    Optional<Path> folder = Optional.ofNullable(System.getProperty(PROPERTY)).filter(f -> !f.isEmpty()).map(Path::of).map(Path::toAbsolutePath);
    return new Tools(cache, folder, Tools.class::getResourceAsStream);
  }

  /** The unikernel's ELF file. */
  public Path unikernel() throws IOException {
    return find(Tool.UNIKERNEL);
  }

  /** The compiler's program. */
  public Path compiler() throws IOException {
    return find(Tool.COMPILER);
  }

  /** The program that is a machine where there is no KVM. */
  public Path process() throws IOException {
    return find(Tool.PROCESS);
  }

  private synchronized Path find(Tool tool) throws IOException {
    Path known = ready.get(tool);
    if (known == null) {
      known = folder.isPresent() ? inFolder(tool, folder.get()) : extracted(tool);
      ready.put(tool, known);
    }
    return known;
  }

  private static Path inFolder(Tool tool, Path folder) throws IOException {
    Path file = folder.resolve(tool.file);
    if (!Files.isReadable(file)) {
      throw new FileNotFoundException("no " + tool.file + " in " + folder + ", which the system property " + PROPERTY + " names; build it there, or drop the property");
    }
    return file;
  }

  private Path extracted(Tool tool) throws IOException {
    Optional<String> named = shaInJar(tool);
    String sha = named.isPresent() ? named.get() : digest(tool);
    Optional<Cache.Entry> kept = cache.find(Cache.Kind.TOOL, sha);
    return kept.isPresent() ? kept.get().file() : extract(tool, sha).file();
  }

  /** The build puts a program's SHA-256 beside it, which saves reading megabytes out of the jar at each start. */
  private Optional<String> shaInJar(Tool tool) throws IOException {
    try (InputStream in = resources.open(FOLDER + tool.file + ".sha256")) {
      String text = in == null ? "" : new String(in.readNBytes(SHA_DIGITS), StandardCharsets.US_ASCII);
      return Optional.of(text).filter(t -> t.matches("[0-9a-f]{" + SHA_DIGITS + "}"));
    }
  }

  private String digest(Tool tool) throws IOException {
    return copy(tool, OutputStream.nullOutputStream());
  }

  private Cache.Entry extract(Tool tool, String sha) throws IOException {
    return cache.<RuntimeException>put(Cache.Kind.TOOL, sha, file -> {
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        if (!copy(tool, out).equals(sha)) {
          throw new IOException("this gateway's " + tool.file + " is not the one that its build put there (its SHA-256 differs); build or download the gateway again");
        }
      }
      return new JsonObject().put("name", tool.file);
    });
  }

  /** Copies a program out of the jar. Returns its SHA-256. */
  private String copy(Tool tool, OutputStream to) throws IOException {
    Sha256 sha = new Sha256();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = open(tool)) {
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        sha.raw(buffer, 0, n);
        to.write(buffer, 0, n);
      }
    }
    return sha.hex();
  }

  private InputStream open(Tool tool) throws IOException {
    InputStream in = resources.open(FOLDER + tool.file);
    if (in == null) {
      throw new FileNotFoundException("this build of the gateway has no " + tool.file
          + ": \"mvn package\" builds it with cargo and puts it into the jar; or set the system property " + PROPERTY + " to a folder that holds it");
    }
    return in;
  }
}
