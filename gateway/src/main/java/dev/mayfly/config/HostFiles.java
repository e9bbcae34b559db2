package dev.mayfly.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Files and directories of the host that a configuration names.
 *
 * @param base absolute; what relative paths are relative to
 */
record HostFiles(Path base) {
  /** An existing file that can be read. */
  Scalar<Path> file() {
    return text -> {
      Path path = path(text);
      if (!Files.exists(path)) {
        throw new InvalidValue("no such file: " + text + at(text, path));
      }
      if (!Files.isRegularFile(path)) {
        throw new InvalidValue("not a file: " + text + at(text, path));
      }
      return readable(text, path);
    };
  }

  /** An existing directory that can be read. */
  Scalar<Path> directory() {
    return text -> {
      Path path = path(text);
      if (!Files.exists(path)) {
        throw new InvalidValue("no such directory: " + text + at(text, path));
      }
      if (!Files.isDirectory(path)) {
        throw new InvalidValue("not a directory: " + text + at(text, path));
      }
      return readable(text, path);
    };
  }

  private Path path(String text) throws InvalidValue {
    try {
      if (!text.isEmpty()) {
        return base.resolve(text);
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw new InvalidValue("\"" + text + "\" is not a path");
  }

  private static Path readable(String text, Path path) throws InvalidValue {
    if (!Files.isReadable(path)) {
      throw new InvalidValue("cannot be read: " + text + " (permission denied)");
    }
    return path;
  }

  /** Where a relative path was looked for. */
  private String at(String text, Path path) {
    return Path.of(text).isAbsolute() ? "" : " (looked for " + path.normalize() + ")";
  }
}
