package dev.mayfly.function;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What deploying has made, on disk, keyed by content and never by a path, a port or a function's name.
 *
 * <p>An entry is a file {@code KIND/KEY} and beside it {@code KEY.json}, an {@link EntryRecord} with its length and checksum. Both are written under a
 * temporary name in the same folder, forced to the disk and renamed, the record last; so an entry is whole, or it is found out as damaged and
 * made again. Renames and deletions happen under one lock file, so that gateways on one host may share the folder.
 *
 * <p>The folder is bounded: what was used longest ago goes first, but nothing that this process has in use. (Another process that has a file open or
 * mapped keeps it; the next to look for it makes it anew.) Folders have mode 0700, files 0600, programs 0755. Thread-safe; everything blocks.
 */
public final class Cache {
  /** Bytes that a cache keeps unless told otherwise: 8 GiB, a few hundred large functions. */
  public static final long DEFAULT_LIMIT = 8L << 30;

  private static final Logger LOG = LoggerFactory.getLogger(Cache.class);
  private static final String LOCK = "lock";
  /** A file lock keeps processes apart; two of one process, of two caches on one folder too, the platform refuses. */
  private static final Object ONE_IN_PROCESS = new Object();
  private static final String RECORD = ".json";
  private static final String TEMPORARY = ".tmp";
  /** A temporary file this old belongs to nobody: no step of deploying takes as long. */
  private static final Duration ABANDONED = Duration.ofHours(1);
  private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> PROGRAM_MODE = PosixFilePermissions.fromString("rwxr-xr-x");

  /** What an entry is, and its folder. */
  enum Kind {
    TOOL("tools"),
    CODE("code"),
    IMAGE("images"),
    SNAPSHOT("snapshots"),
    /** What requests of a snapshot of the same key write. */
    WORKING_SET("working-sets");

    private final String folder;

    Kind(String folder) {
      this.folder = folder;
    }
  }

  /** A whole entry, in use by this process until {@link #release}. */
  record Entry(Path file, long bytes, JsonObject about) {}

  /** Makes an entry's file at the given path, which does not exist, and says what is to be known about it. */
  @FunctionalInterface
  interface Filler<E extends Exception> {
    JsonObject fill(Path file) throws IOException, E;
  }

  /** The folder cannot be used; the message names it and says what to do. */
  public static final class Unusable extends IOException {
    private static final long serialVersionUID = 1;

    Unusable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final Path folder;
  private final long limit;
  /** Files in use, and how often. */
  private final Map<Path, Integer> used = new ConcurrentHashMap<>();

  private Cache(Path folder, long limit) {
    this.folder = folder;
    this.limit = limit;
  }

  /** The folder that the environment asks for: {@code $MAYFLY_CACHE}, else {@code $XDG_CACHE_HOME/mayfly}, else {@code ~/.cache/mayfly}. */
  public static Path folder(Map<String, String> environment, Path home) {
    String own = environment.getOrDefault("MAYFLY_CACHE", "");
    String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!own.isEmpty()) {
      return Path.of(own).toAbsolutePath();
    }
    // The base directory specification has relative paths ignored.
    return shared.startsWith("/") ? Path.of(shared, "mayfly") : home.resolve(".cache").resolve("mayfly").toAbsolutePath();
  }

  /**
   * Opens a cache, and clears what crashes have left in it.
   *
   * @param limit bytes it may keep
   * @throws Unusable when the folder cannot be made or written
   */
  public static Cache open(Path folder, long limit) throws Unusable {
    Cache cache = new Cache(folder, limit);
    try {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER_MODE));
      for (Kind kind : Kind.values()) {
        Path made = Files.createDirectories(folder.resolve(kind.folder), PosixFilePermissions.asFileAttribute(FOLDER_MODE));
        // Fails if the folder is another's: programs that we run and secrets that we keep lie here.
        Files.setPosixFilePermissions(made, FOLDER_MODE);
      }
      cache.locked(() -> cache.clearAbandoned(Instant.now().minus(ABANDONED)));
      return cache;
    } catch (IOException e) {
      throw cache.unusable(e);
    }
  }

  /** Finds an entry that is whole; a damaged one is removed. It counts as in use until {@link #release}. */
  Optional<Entry> find(Kind kind, String key) throws Unusable {
    Path file = file(kind, key);
    use(file);
    boolean found = false;
    try {
      Optional<Entry> entry = check(file);
      if (entry.isEmpty() && Files.exists(file)) {
        entry = Optional.ofNullable(locked(() -> recheck(file)));
      }
      if (entry.isPresent()) {
        Files.setLastModifiedTime(record(file), FileTime.from(Instant.now()));
      }
      found = entry.isPresent();
      return entry;
    } catch (IOException e) {
      throw unusable(e);
    } finally {
      if (!found) {
        release(file);
      }
    }
  }

  /** Makes an entry, in the place of an older one. It counts as in use until {@link #release}. */
  <E extends Exception> Entry put(Kind kind, String key, Filler<E> filler) throws Unusable, E {
    Path file = file(kind, key);
    Path made = temporary(file);
    Path recorded = temporary(record(file));
    use(file);
    boolean done = false;
    try {
      JsonObject about = filler.fill(made);
      Files.setPosixFilePermissions(made, kind == Kind.TOOL ? PROGRAM_MODE : FILE_MODE);
      force(made);
      EntryRecord record = EntryRecord.of(made, about);
      Files.createFile(recorded, PosixFilePermissions.asFileAttribute(FILE_MODE));
      Files.write(recorded, record.encoded());
      force(recorded);
      locked(() -> commit(made, recorded, file));
      done = true;
      return new Entry(file, record.bytes(), about);
    } catch (IOException e) {
      throw unusable(e);
    } finally {
      if (!done) {
        release(file);
        discard(made);
        discard(recorded);
      }
    }
  }

  /** Removes an entry that turned out to be of no use. */
  void remove(Kind kind, String key) throws Unusable {
    try {
      locked(() -> {
        delete(file(kind, key));
        return null;
      });
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** The file of a {@link #find} or {@link #put} is not needed any more; once for each. */
  void release(Path file) {
    used.computeIfPresent(file, (f, times) -> times == 1 ? null : times - 1);
  }

  /** A path in the cache for a file of its caller's own; the caller deletes it, and if it cannot, {@link #open} does one day. */
  Path scratch(Kind kind, String name) {
    return temporary(folder.resolve(kind.folder).resolve(name));
  }

  Path file(Kind kind, String key) {
    return folder.resolve(kind.folder).resolve(key);
  }

  /** The same failure with the folder's name and a remedy in it. */
  Unusable unusable(IOException e) {
    if (e instanceof Unusable same) {
      return same;
    }
    String reason = reason(e);
    String remedy = reason.contains("No space left") || reason.contains("quota")
        ? "free some space, or set"
        : "make it a folder that you may write, or set";
    return new Unusable("cannot use the cache folder " + folder + ": " + reason + "; " + remedy + " MAYFLY_CACHE to another folder", e);
  }

  /** What the system said, with the file's name where that is another than the folder's. */
  private String reason(IOException e) {
    if (!(e instanceof FileSystemException f)) {
      return String.valueOf(e.getMessage());
    }
    String what = switch (e) {
      case java.nio.file.AccessDeniedException denied -> "permission denied";
      case java.nio.file.FileAlreadyExistsException exists -> "it is not a folder";
      case NoSuchFileException gone -> "it does not exist";
      default -> f.getReason() == null ? e.toString() : f.getReason();
    };
    return f.getFile() == null || f.getFile().equals(folder.toString()) ? what : f.getFile() + ": " + what;
  }

  private void use(Path file) {
    used.merge(file, 1, Integer::sum);
  }

  private static Optional<Entry> check(Path file) throws IOException {
    try {
      Optional<EntryRecord> record = EntryRecord.decode(Files.readAllBytes(record(file)));
      if (record.isPresent() && record.get().describes(file)) {
        return Optional.of(new Entry(file, record.get().bytes(), record.get().about()));
      }
    } catch (NoSuchFileException e) {
      // Half an entry is none.
    }
    return Optional.empty();
  }

  /** Under the lock, where no half of another process's entry can be seen: whole, or removed. */
  private Entry recheck(Path file) throws IOException {
    Optional<Entry> entry = check(file);
    if (entry.isEmpty()) {
      LOG.warn("the cache's entry {} is damaged, and is made anew", file);
      delete(file);
    }
    return entry.orElse(null);
  }

  private Void commit(Path made, Path recorded, Path file) throws IOException {
    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    Files.move(recorded, record(file), StandardCopyOption.ATOMIC_MOVE);
    force(file.getParent());
    evict();
    return null;
  }

  private void evict() throws IOException {
    record Kept(Path file, long bytes, FileTime used) {}
    List<Kept> all = new ArrayList<>();
    for (Path record : files(RECORD)) {
      String name = record.getFileName().toString();
      Path file = record.resolveSibling(name.substring(0, name.length() - RECORD.length()));
      try {
        all.add(new Kept(file, Files.size(file) + Files.size(record), Files.getLastModifiedTime(record)));
      } catch (NoSuchFileException e) {
        // A crash between two deletions leaves a record alone; as an entry it is found damaged.
        all.add(new Kept(file, 0, FileTime.fromMillis(0)));
      }
    }
    long total = all.stream().mapToLong(Kept::bytes).sum();
    all.sort(Comparator.comparing(Kept::used));
    for (Kept oldest : all) {
      if (total <= limit) {
        return;
      }
      if (!used.containsKey(oldest.file)) {
        delete(oldest.file);
        total -= oldest.bytes;
      }
    }
  }

  private Void clearAbandoned(Instant before) throws IOException {
    for (Path file : files("")) {
      boolean half = !file.toString().endsWith(RECORD) && !Files.exists(record(file));
      if (half && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
        Files.deleteIfExists(file);
      }
    }
    return null;
  }

  private List<Path> files(String suffix) throws IOException {
    List<Path> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      try (Stream<Path> files = Files.list(folder.resolve(kind.folder))) {
        files.filter(f -> f.toString().endsWith(suffix)).forEach(all::add);
      }
    }
    return all;
  }

  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException;
  }

  /** Alone among this process's threads and all processes that share the folder. */
  private <T> T locked(Work<T> work) throws IOException {
    synchronized (ONE_IN_PROCESS) {
      try (FileChannel channel = FileChannel.open(folder.resolve(LOCK),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), PosixFilePermissions.asFileAttribute(FILE_MODE));
          FileLock lock = channel.lock()) {
        return work.run();
      }
    }
  }

  /** The record goes first, so that what is left after a crash is no entry. */
  private static void delete(Path file) throws IOException {
    Files.deleteIfExists(record(file));
    Files.deleteIfExists(file);
  }

  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.debug("left behind: {}", file, e);
    }
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path record(Path file) {
    return file.resolveSibling(file.getFileName() + RECORD);
  }

  private static Path temporary(Path file) {
    String unique = ProcessHandle.current().pid() + "-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    return file.resolveSibling(file.getFileName() + "." + unique + TEMPORARY);
  }
}
