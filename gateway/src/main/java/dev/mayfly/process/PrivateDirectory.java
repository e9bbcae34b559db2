package dev.mayfly.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that only this user can enter, for the socket and the exchange areas: in memory where the host has {@code /dev/shm}, else among the
 * temporary files. Its name
 * carries the gateway's process number, so that the next gateway can clear up after one that was killed.
 */
final class PrivateDirectory implements AutoCloseable {
  private static final String PREFIX = "mayfly-process-";

  private final Path path;

  private PrivateDirectory(Path path) {
    this.path = path;
  }

  static PrivateDirectory create() throws IOException {
    Path memory = Path.of("/dev/shm");
    Path base = Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
    removeStale(base);
    var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    return new PrivateDirectory(Files.createTempDirectory(base, PREFIX + ProcessHandle.current().pid() + "-", mine));
  }

  Path path() {
    return path;
  }

  private static void removeStale(Path base) throws IOException {
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(base, PREFIX + "*")) {
      for (Path directory : directories) {
        String[] name = directory.getFileName().toString().split("-");
        if (name.length == 4 && name[2].matches("\\d{1,9}") && ProcessHandle.of(Long.parseLong(name[2])).isEmpty() && isMine(directory)) {
          remove(directory);
        }
      }
    }
  }

  private static boolean isMine(Path directory) throws IOException {
    return Files.isDirectory(directory, java.nio.file.LinkOption.NOFOLLOW_LINKS)
        && Files.getOwner(directory).getName().equals(System.getProperty("user.name"));
  }

  private static void remove(Path directory) throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.walk(directory)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }

  @Override
  public void close() throws IOException {
    if (Files.exists(path)) {
      remove(path);
    }
  }
}
