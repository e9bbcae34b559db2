package dev.mayfly.function;

import java.nio.file.Path;
import java.util.List;

/**
 * The directories that a function finds open, as they were when they were read; contents stay on the host's disk until the image is written. Immutable.
 *
 * @param roots in the order of their descriptors
 * @param notes what was left out, a sentence each
 * @param contentBytes of all files together
 */
record FileTree(List<Root> roots, List<String> notes, long contentBytes) {
  static final FileTree EMPTY = new FileTree(List.of(), List.of(), 0);

  record Root(String guest, boolean writable, Node.Directory directory) {}

  /** A named node; the name's bytes are the file system's. */
  record Entry(byte[] name, Node node) {}

  /** Times are nanoseconds since 1970, not negative. */
  sealed interface Node {
    /** Entries sorted by the names' bytes, unsigned. */
    record Directory(long modified, List<Entry> entries) implements Node {}

    record File(long modified, Path source, long bytes) implements Node {}

    record Link(long modified, byte[] target) implements Node {}
  }
}
