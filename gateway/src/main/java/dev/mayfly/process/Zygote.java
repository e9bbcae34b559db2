package dev.mayfly.process;

import dev.mayfly.vm.Engine.CannotStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process at its ready point, which forks machines. Thread-safe. Its machines end with it. */
final class Zygote {
  /** How long a process may take to dial in. */
  static final long DIAL_NANOS = 5_000_000_000L;

  private final Process process;
  private final Connection connection;
  private final Area area;
  private final Areas areas;
  private final Reception reception;
  private final Path errors;

  Zygote(Process process, Connection connection, Area area, Areas areas, Reception reception, Path errors) {
    this.process = process;
    this.connection = connection;
    this.area = area;
    this.areas = areas;
    this.reception = reception;
    this.errors = errors;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** A machine at the ready point. Waits for it to dial in. */
  Child fork() throws CannotStart {
    Area its = null;
    try {
      its = areas.take();
      return new Child(its, dial(its));
    } catch (IOException | TimeoutException | ExecutionException e) {
      throw new CannotStart("no process could be forked for a machine: " + reason(e) + "; look at the limits on processes and memory (ulimit -u, cgroup)", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStart("interrupted", e);
    }
  }

  private Connection dial(Area its) throws IOException, ExecutionException, TimeoutException, InterruptedException {
    CompletableFuture<Connection> caller = reception.expect(its.name());
    try {
      synchronized (this) {
        connection.order(its.file().toString());
      }
      return caller.get(DIAL_NANOS, TimeUnit.NANOSECONDS);
    } catch (IOException | ExecutionException | TimeoutException | InterruptedException e) {
      reception.forget(its.name(), caller); // its area is not used again: a late fork may have it
      throw e;
    }
  }

  private String reason(Exception e) {
    try {
      String text = Files.readString(errors).strip();
      return text.isEmpty() ? e.toString() : text.substring(Math.max(0, text.length() - 500));
    } catch (IOException unreadable) {
      return e.toString();
    }
  }

  /** Ends it and its machines; it is reaped by the JDK. */
  void close() {
    areas.giveAfterDeath(area, connection);
    process.destroyForcibly();
    try {
      Files.deleteIfExists(errors);
    } catch (IOException e) {
      // it goes with its directory
    }
  }

  /** A forked machine. */
  record Child(Area area, Connection connection) {}
}
