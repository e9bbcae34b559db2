package dev.mayfly.function;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.Isolation;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An engine whose boots come to what a test says. */
final class FakeEngine implements Engine {
  /** A program: what its boots come to. */
  @FunctionalInterface
  interface Program {
    /** {@code log} takes its standard error. */
    Came boot(Boot how, Streams log) throws Boot.Failure;
  }

  /** To its ready point, after so many reads and draws. */
  record Came(int wallReads, int randomDraws) {}

  /** All boots until now. */
  final List<Boot> boots = new CopyOnWriteArrayList<>();
  /** Snapshots made or read and not closed. */
  final AtomicInteger open = new AtomicInteger();
  volatile String fingerprint = "fake";
  volatile boolean readsItsSnapshots = true;
  private final Program program;

  FakeEngine(Program program) {
    this.program = program;
  }

  final class FakeSnapshot implements Snapshot {
    private final Image image;
    private final String content;

    private FakeSnapshot(Image image, String content) {
      this.image = image;
      this.content = content;
      open.incrementAndGet();
    }

    /** Which boot it is of. */
    String content() {
      return content;
    }

    @Override
    public Image image() {
      return image;
    }

    @Override
    public long copiedBytes() {
      return content.length();
    }

    @Override
    public void write(Path file) throws IOException {
      Files.writeString(file, content);
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  @Override
  public Boot.Ready boot(Image image, Boot how, Streams log) throws Boot.Failure {
    boots.add(how);
    Came came = program.boot(how, log);
    return new Boot.Ready(new FakeSnapshot(image, how.toString()), came.wallReads(), came.randomDraws());
  }

  @Override
  public Snapshot read(Path file, Image image) throws IOException {
    if (!readsItsSnapshots) {
      throw new IOException("of another version");
    }
    return new FakeSnapshot(image, Files.readString(file));
  }

  static void print(Streams log, String text) {
    log.error(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Isolation isolation() {
    return Isolation.PROCESS;
  }

  @Override
  public Vm restore(Snapshot snapshot) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean idle() {
    return false;
  }

  @Override
  public Shells shells() {
    return new Shells(0, 0, 0);
  }

  @Override
  public void close() {}
}
