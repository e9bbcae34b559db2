package dev.mayfly.process;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Engine.CannotStart;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.NoStreams;
import dev.mayfly.vm.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * A snapshot is a living process here, the zygote, and cannot be stored: what is written to disk is only how to boot the image to the same point again, which
 * {@link ProcessEngine#read} does. A zygote that was killed is booted anew by the next restore. Thread-safe.
 */
final class ProcessSnapshot implements Snapshot {
  private static final String HEAD = "mayfly process snapshot 1";

  private final ProcessEngine engine;
  private final Image image;
  private final Boot how;
  private Zygote zygote;
  /** Machines, and one for the snapshot itself. */
  private int users = 1;
  private boolean closed;

  ProcessSnapshot(ProcessEngine engine, Image image, Boot how, Zygote zygote) {
    this.engine = engine;
    this.image = image;
    this.how = how;
    this.zygote = zygote;
  }

  @Override
  public Image image() {
    return image;
  }

  /** A fork shares all memory. */
  @Override
  public long copiedBytes() {
    return 0;
  }

  /** A machine begins to use it. */
  synchronized void use() throws CannotStart {
    if (users == 0 || closed) {
      throw new CannotStart("the snapshot is closed", null);
    }
    users++;
  }

  void release() {
    Zygote last;
    synchronized (this) {
      if (--users > 0) {
        return;
      }
      last = zygote;
    }
    last.close();
  }

  /** A machine at the ready point. */
  Zygote.Child fork() throws CannotStart {
    return living().fork();
  }

  private synchronized Zygote living() throws CannotStart {
    if (!zygote.isAlive()) {
      zygote.close();
      try {
        zygote = engine.bootZygote(image, how, NoStreams.DROPPING).zygote();
      } catch (Boot.Failure e) {
        throw new CannotStart("the function's process was killed and does not boot again: " + e.getMessage(), e);
      }
    }
    return zygote;
  }

  @Override
  public void write(Path file) throws IOException {
    String text = String.join("\n", HEAD, image.sha256(), String.valueOf(how.atStart()), String.valueOf(how.stopAtWallRead()), String.valueOf(how.limitNanos()), "");
    var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path whole = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid() + "-" + System.nanoTime());
    Files.createFile(whole, mine);
    try {
      Files.writeString(whole, text, StandardOpenOption.WRITE);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  /** How to boot what was written. */
  static Boot parse(Path file, Image image) throws IOException {
    List<String> lines = Files.readAllLines(file);
    if (lines.size() != 5 || !lines.get(0).equals(HEAD)) {
      throw new IOException(file + " is not a whole snapshot of this engine");
    }
    if (!lines.get(1).equals(image.sha256())) {
      throw new IOException(file + " is of the image " + lines.get(1) + ", not of " + image.sha256());
    }
    if (!Set.of("true", "false").contains(lines.get(2))) {
      throw new IOException(file + " is damaged: " + lines.get(2));
    }
    try {
      return new Boot(Boolean.parseBoolean(lines.get(2)), Integer.parseInt(lines.get(3)), Long.parseLong(lines.get(4)));
    } catch (NumberFormatException e) {
      throw new IOException(file + " is damaged", e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    release();
  }
}
