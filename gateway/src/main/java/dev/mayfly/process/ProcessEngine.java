package dev.mayfly.process;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.Exchange;
import dev.mayfly.vm.Exchange.Exit;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.Isolation;
import dev.mayfly.vm.NoStreams;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Machines as child processes, for hosts without KVM. Each function has one process that booted its image and now forks a machine whenever one is
 * wanted.
 * Thread-safe.
 *
 * Differences from KVM, all named here: a machine goes on computing after its slice; a snapshot is not stored but booted again; a reset is a new
 * fork; there are no shells; the
 * memory that a machine holds includes what it still shares with the process it was forked from.
 */
public final class ProcessEngine implements Engine {
  private final Path program;
  private final String fingerprint;
  private final PrivateDirectory directory;
  private final Reception reception;
  private final Areas areas;
  private final SecureRandom random = new SecureRandom();
  private final AtomicLong boots = new AtomicLong();
  private final Set<ProcessVm> machines = ConcurrentHashMap.newKeySet();
  private final Set<Zygote> zygotes = ConcurrentHashMap.newKeySet();

  /**
   * @param program the binary {@code mayfly-process}
   * @throws IOException the program is not there, or the directory or the socket cannot be made
   */
  public ProcessEngine(Path program) throws IOException {
    this.program = program;
    if (!Files.isExecutable(program)) {
      throw new IOException(program + " is not there, or not executable: build it (cargo build --release, in functions/)");
    }
    fingerprint = "process " + sha256(Files.readAllBytes(program)) + " " + cpuFeatures();
    directory = PrivateDirectory.create();
    reception = new Reception(directory.path().resolve("socket"));
    areas = new Areas(directory);
  }

  @Override
  public Isolation isolation() {
    return Isolation.PROCESS;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Boot.Ready boot(Image image, Boot how, Streams log) throws Boot.Failure {
    Booted booted = bootZygote(image, how, log);
    Snapshot snapshot = new ProcessSnapshot(this, image, how, booted.zygote());
    return new Boot.Ready(snapshot, booted.ready().wallReads(), booted.ready().randomDraws());
  }

  /** Boots the image again: a living process cannot be stored. */
  @Override
  public Snapshot read(Path file, Image image) throws IOException {
    Boot how = ProcessSnapshot.parse(file, image);
    try {
      return boot(image, how, NoStreams.DROPPING).snapshot();
    } catch (Boot.Failure e) {
      throw new IOException("what " + file + " says does not boot: " + e.getMessage(), e);
    }
  }

  @Override
  public Vm restore(Snapshot snapshot) throws CannotStart {
    ProcessVm vm = new ProcessVm(this, (ProcessSnapshot) snapshot);
    machines.add(vm);
    return vm;
  }

  @Override
  public boolean idle() {
    return false;
  }

  @Override
  public Shells shells() {
    return new Shells(0, 0, 0);
  }

  /** Each first process of a function reads it. */
  @Override
  public long imageLoads() {
    return boots.get();
  }

  /** The machines' processes end with the one they were forked from, at once. */
  @Override
  public void close() {
    machines.forEach(ProcessVm::close);
    zygotes.forEach(Zygote::close);
    zygotes.clear();
    try (directory; reception) {
      zygotes.clear();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("the directory " + directory.path() + " could not be cleared", e);
    }
  }

  /** A process at its ready point. */
  record Booted(Zygote zygote, Exit.Ready ready) {}

  /** On the calling thread. */
  Booted bootZygote(Image image, Boot how, Streams log) throws Boot.Failure {
    Area area = null;
    Process process = null;
    Connection connection = null;
    try {
      area = areas.take();
      Exchange exchange = exchange(area);
      exchange.boot(how, wallNanos(), 0, entropy(), 0, image.bytes());
      Path errors = directory.path().resolve("errors-" + boots.incrementAndGet());
      CompletableFuture<Connection> caller = reception.expect(area.name());
      process = launch(image, area, errors);
      connection = dialled(process, caller, area, errors);
      Exit.Ready ready = ready(connection, exchange, how, log);
      Zygote zygote = new Zygote(process, connection, area, areas, reception, errors);
      zygotes.removeIf(z -> !z.isAlive());
      zygotes.add(zygote);
      return new Booted(zygote, ready);
    } catch (IOException | Boot.Failure | RuntimeException e) {
      if (process != null) {
        process.destroyForcibly();
      }
      if (connection != null) {
        areas.giveAfterDeath(area, connection);
      }
      throw e instanceof Boot.Failure failure ? failure : new Boot.Failure(Boot.Failure.Kind.BROKEN, "no process could be started: " + e);
    }
  }

  private Process launch(Image image, Area area, Path errors) throws IOException {
    List<String> command = List.of(program.toString(), image.file().toString(), reception.socket().toString(), area.file().toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(errors.toFile());
    builder.environment().clear();
    return builder.start();
  }

  private Connection dialled(Process process, CompletableFuture<Connection> caller, Area area, Path errors) throws Boot.Failure, IOException {
    process.onExit().thenRun(() -> caller.completeExceptionally(new IOException("it ended")));
    try {
      return caller.get(Zygote.DIAL_NANOS, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      reception.forget(area.name(), caller);
      throw new Boot.Failure(Boot.Failure.Kind.BROKEN, program + " did not come up: " + Files.readString(errors).strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Boot.Failure(Boot.Failure.Kind.BROKEN, "interrupted");
    }
  }

  private Exit.Ready ready(Connection connection, Exchange exchange, Boot how, Streams log) throws Boot.Failure {
    long end = System.nanoTime() + how.limitNanos();
    connection.enter();
    while (true) {
      switch (connection.await(Math.max(0, end - System.nanoTime()))) {
        case TIMEOUT -> throw new Boot.Failure(Boot.Failure.Kind.TOO_LONG,
            "the program did not come to its ready point within " + how.limitNanos() / 1_000_000 + " ms");
        case CLOSED -> throw new Boot.Failure(Boot.Failure.Kind.BROKEN, "the process ended before its ready point: out of memory, or killed");
        case INTERRUPTED -> { }
        case LEFT -> {
          switch (exchange.leave(log)) {
            case Exit.Ready ready -> {
              return ready;
            }
            case Exit.Output output -> {
              exchange.resume(log, false, wallNanos());
              connection.enter();
            }
            case Exit exit -> throw failure(exit);
          }
        }
      }
    }
  }

  private static Boot.Failure failure(Exit exit) {
    return switch (exit) {
      case Exit.Failed failed -> new Boot.Failure(Boot.Failure.Kind.REFUSED, failed.message());
      case Exit.Answer answer when answer.trapped() -> new Boot.Failure(Boot.Failure.Kind.TRAPPED, answer.message());
      case Exit.Broken broken -> new Boot.Failure(Boot.Failure.Kind.BROKEN, broken.reason());
      default -> new Boot.Failure(Boot.Failure.Kind.BROKEN, "the guest left its boot with " + exit);
    };
  }

  Areas areas() {
    return areas;
  }

  void closed(ProcessVm vm) {
    machines.remove(vm);
  }

  Exchange exchange(Area area) {
    return new Exchange(area.buffer().duplicate());
  }

  /** Fresh, for each boot and request. */
  byte[] entropy() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return bytes;
  }

  long wallNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
  }

  private static String cpuFeatures() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      String flags = lines.filter(l -> l.startsWith("flags")).findFirst().orElse("");
      return sha256(flags.getBytes(java.nio.charset.StandardCharsets.US_ASCII)).substring(0, 16);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
