package dev.mayfly.process;

import dev.mayfly.vm.Engine.CannotStart;
import dev.mayfly.vm.Exchange;
import dev.mayfly.vm.Exchange.Exit;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Outcome;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A machine that is a forked process. A slice ends the waiting, not the process: it goes on computing, and has perhaps left when it is resumed. A reset is
 * another fork in its place; so nothing can cross it, and costs what a restore does.
 */
final class ProcessVm implements Vm {
  /** Where the process is. */
  private enum Place { READY, COMPUTING, LEFT, EXITED, ENDED }

  private final ProcessEngine engine;
  private final ProcessSnapshot snapshot;
  private volatile Zygote.Child child;
  private volatile boolean stopped;
  private Exchange exchange;
  private Place place = Place.READY;
  /** In LEFT: input is to be given with the next entry. */
  private boolean wantsInput;
  private boolean closed;

  ProcessVm(ProcessEngine engine, ProcessSnapshot snapshot) throws CannotStart {
    this.engine = engine;
    this.snapshot = snapshot;
    snapshot.use();
    try {
      replace(snapshot.fork());
    } catch (CannotStart | RuntimeException e) {
      snapshot.release();
      throw e;
    }
  }

  private void replace(Zygote.Child by) {
    child = by;
    exchange = engine.exchange(by.area());
    place = Place.READY;
    wantsInput = false;
  }

  @Override
  public Outcome start(HandOver request, Streams streams, long sliceNanos) {
    require(Place.READY);
    exchange.request(request, streams, engine.wallNanos(), 0, engine.entropy());
    return run(streams, sliceNanos, true);
  }

  @Override
  public Outcome resume(Streams streams, long sliceNanos) {
    if (place == Place.COMPUTING) {
      return run(streams, sliceNanos, false);
    }
    require(Place.LEFT);
    exchange.resume(streams, wantsInput, engine.wallNanos());
    return run(streams, sliceNanos, true);
  }

  private void require(Place wanted) {
    if (closed || place != wanted) {
      throw new IllegalStateException("the machine is " + (closed ? "closed" : place) + ", not " + wanted);
    }
  }

  private Outcome run(Streams streams, long sliceNanos, boolean enter) {
    long end = System.nanoTime() + sliceNanos;
    Connection connection = child.connection();
    if (enter) {
      place = Place.COMPUTING;
      connection.enter();
    }
    while (!stopped) {
      switch (connection.await(Math.max(0, end - System.nanoTime()))) {
        case TIMEOUT -> {
          Exit failed = exchange.drain(streams);
          streams.handOn();
          return failed == null ? new Outcome.Sliced() : broken(failed, connection);
        }
        case CLOSED -> {
          return ended(new Outcome.Broken("the machine's process has ended: out of memory, killed, or a forbidden system call"));
        }
        case INTERRUPTED -> { }
        case LEFT -> {
          Outcome outcome = left(streams);
          if (outcome != null) {
            return outcome;
          }
          if (streams.paused()) {
            place = Place.LEFT;
            return new Outcome.Waiting(0, true);
          }
          if (System.nanoTime() - end >= 0) {
            place = Place.LEFT;
            return new Outcome.Sliced();
          }
          exchange.resume(streams, wantsInput, engine.wallNanos());
          connection.enter();
        }
      }
    }
    connection.hangUp();
    return ended(new Outcome.Stopped());
  }

  /** What the process left for; null: it is to go on at once. */
  private Outcome left(Streams streams) {
    return switch (exchange.leave(streams)) {
      case Exit.Output output -> {
        wantsInput = output.takesInput();
        streams.handOn();
        yield null;
      }
      case Exit.Answer answer when answer.trapped() -> ended(new Outcome.Trapped(answer.message()));
      case Exit.Answer answer -> {
        place = Place.EXITED;
        yield new Outcome.Exited(answer.status());
      }
      case Exit.Wait wait -> {
        place = Place.LEFT;
        wantsInput = wait.forInput();
        streams.handOn();
        yield new Outcome.Waiting(wait.nanos(), wait.forInput());
      }
      case Exit.Refused refused -> ended(new Outcome.Stopped());
      case Exit.Broken broken -> ended(new Outcome.Broken(broken.reason()));
      case Exit other -> ended(new Outcome.Broken("the guest left with " + other + " in the midst of a request"));
    };
  }

  /** Its output, taken while it computes, is refused or broken. */
  private Outcome broken(Exit why, Connection connection) {
    connection.hangUp();
    return ended(why instanceof Exit.Broken broken ? new Outcome.Broken(broken.reason()) : new Outcome.Stopped());
  }

  private Outcome ended(Outcome outcome) {
    place = Place.ENDED;
    return outcome;
  }

  @Override
  public void stop() {
    stopped = true;
    child.connection().interrupt();
  }

  @Override
  public boolean reset() {
    if (closed || stopped) {
      return false;
    }
    Zygote.Child before = child;
    try {
      replace(snapshot.fork());
    } catch (CannotStart e) {
      return false;
    }
    engine.areas().giveAfterDeath(before.area(), before.connection());
    if (stopped) {
      child.connection().interrupt(); // it may have reached the connection before
    }
    return true;
  }

  /** A program that ended is there no longer; a component's process waits for more. */
  @Override
  public boolean keep() {
    if (closed || stopped || place != Place.EXITED) {
      return false;
    }
    place = Place.READY;
    return true;
  }

  /** Its private pages, as /proc has them; those still shared with the zygote count too. */
  @Override
  public long heldBytes() {
    try {
      String[] pages = Files.readString(Path.of("/proc", String.valueOf(child.connection().pid()), "statm")).split(" ");
      return Math.max(0, Long.parseLong(pages[1]) - Long.parseLong(pages[2])) * 4_096 + Exchange.SIZE;
    } catch (IOException | RuntimeException e) {
      return Exchange.SIZE;
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    engine.areas().giveAfterDeath(child.area(), child.connection());
    engine.closed(this);
    snapshot.release();
  }
}
