package dev.mayfly.function;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Reads directories of the host into a {@link FileTree}. A symbolic link is carried as a link and never followed (but for the preopened directory itself,
 * which the configuration names); sockets, pipes and devices are left out with a note. Used once, by one thread; blocks.
 */
final class TreeReader {
  private static final Comparator<FileTree.Entry> BY_NAME = (a, b) -> Arrays.compareUnsigned(a.name(), b.name());

  /**
   * What a tree may have.
   *
   * @param depth of directories; the guest walks them on its stack
   * @param bytes of all files together
   */
  record Limits(int entries, int depth, long bytes) {
    static final Limits DEFAULT = new Limits(1_000_000, 128, 4L << 30);
  }

  private final Limits limits;
  private final List<String> notes = new ArrayList<>();
  private int entries;
  private long bytes;

  private TreeReader(Limits limits) {
    this.limits = limits;
  }

  static FileTree read(List<Preopen> preopens, Limits limits) throws DeployException {
    TreeReader reader = new TreeReader(limits);
    List<FileTree.Root> roots = new ArrayList<>();
    for (Preopen preopen : preopens) {
      roots.add(new FileTree.Root(preopen.guest(), preopen.writable(), reader.root(preopen)));
    }
    return new FileTree(List.copyOf(roots), List.copyOf(reader.notes), reader.bytes);
  }

  private FileTree.Node.Directory root(Preopen preopen) throws DeployException {
    Path host = preopen.host();
    try {
      Path real = host.toRealPath();
      BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
      if (!attributes.isDirectory()) {
        throw new DeployException(what(preopen, host) + " is not a folder; name the folder that holds it");
      }
      return directory(preopen, real, attributes, 1);
    } catch (IOException e) {
      throw new DeployException(what(preopen, host) + " cannot be read: " + HostFile.reason(e), e);
    }
  }

  private FileTree.Node.Directory directory(Preopen preopen, Path host, BasicFileAttributes attributes, int depth) throws DeployException {
    if (depth > limits.depth) {
      throw new DeployException(what(preopen, host) + " lies more than " + limits.depth + " folders deep");
    }
    List<FileTree.Entry> found = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(host)) {
      for (Path path : stream) {
        node(preopen, path, depth).ifPresent(node -> found.add(new FileTree.Entry(HostFile.name(path), node)));
      }
    } catch (DirectoryIteratorException e) {
      throw new DeployException(what(preopen, host) + " cannot be read: " + HostFile.reason(e.getCause()), e);
    } catch (IOException e) {
      throw new DeployException(what(preopen, host) + " cannot be read: " + HostFile.reason(e), e);
    }
    found.sort(BY_NAME);
    return new FileTree.Node.Directory(modified(attributes), List.copyOf(found));
  }

  private Optional<FileTree.Node> node(Preopen preopen, Path path, int depth) throws DeployException, IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      // Deleted since it was listed: it might as well have been before.
      return Optional.empty();
    }
    count(preopen, attributes.isRegularFile() ? attributes.size() : 0);
    long modified = modified(attributes);
    if (attributes.isDirectory()) {
      return Optional.of(directory(preopen, path, attributes, depth + 1));
    } else if (attributes.isRegularFile()) {
      return Optional.of(new FileTree.Node.File(modified, path, attributes.size()));
    } else if (attributes.isSymbolicLink()) {
      return Optional.of(new FileTree.Node.Link(modified, HostFile.target(Files.readSymbolicLink(path))));
    }
    notes.add(what(preopen, path) + " is left out: it is a socket, a pipe or a device");
    return Optional.empty();
  }

  private void count(Preopen preopen, long size) throws DeployException {
    entries++;
    bytes += size;
    if (entries > limits.entries) {
      throw new DeployException(what(preopen, preopen.host()) + " takes the function's files above " + limits.entries + ", the most there may be");
    }
    if (bytes > limits.bytes) {
      throw new DeployException(what(preopen, preopen.host()) + " takes the function's files above " + Bytes.text(limits.bytes) + ", the most there may be");
    }
  }

  private static String what(Preopen preopen, Path host) {
    return (preopen.writable() ? "scratch " : "files ") + preopen.guest() + ": " + host;
  }

  private static long modified(BasicFileAttributes attributes) {
    return Math.max(0, attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
  }
}
