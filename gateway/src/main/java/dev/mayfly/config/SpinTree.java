package dev.mayfly.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a component finds at {@code /}. */
sealed interface SpinTree {
  /** A folder that has it. Blocks. */
  Path folder() throws IOException;

  /** A folder of the host as it is. */
  record Whole(Path folder) implements SpinTree {}

  /**
   * Files from here and there, gathered in a temporary folder, which goes when this process ends.
   *
   * @param files path in the guest without slash in front, to file of the host
   */
  record Chosen(Map<String, Path> files) implements SpinTree {
    @Override
    public Path folder() throws IOException {
      Path root = Files.createTempDirectory("mayfly-files-");
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("files").unstarted(() -> delete(root)));
      for (Map.Entry<String, Path> file : files.entrySet()) {
        Path target = root.resolve(file.getKey());
        Files.createDirectories(target.getParent());
        bring(file.getValue().toRealPath(), target);
      }
      try (Stream<Path> walk = Files.walk(root)) {
        // An image is known by its files' times too: gathered again, the same files must be the same.
        for (Path folder : walk.filter(Files::isDirectory).toList()) {
          Files.setLastModifiedTime(folder, FileTime.fromMillis(0));
        }
      }
      return root;
    }

    /** A second name for the file where the file system has such, else a copy; nothing writes to either. */
    private static void bring(Path from, Path to) throws IOException {
      try {
        Files.createLink(to, from);
      } catch (IOException | UnsupportedOperationException e) {
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }

    private static void delete(Path root) {
      try (Stream<Path> walk = Files.walk(root)) {
        List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
        for (Path path : deepestFirst) {
          Files.deleteIfExists(path);
        }
      } catch (IOException e) {
        // Left to whoever clears temporary folders: the process ends, and nobody reads a log any more.
      }
    }
  }
}
