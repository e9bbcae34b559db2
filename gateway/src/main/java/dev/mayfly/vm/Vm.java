package dev.mayfly.vm;

import java.util.List;
import java.util.Optional;

/**
 * A machine with one function in it, at its ready point. Not thread-safe: everything but {@link #stop} happens on the one thread
 * that the machine belongs to. Life: {@link #start}, {@link #resume} until an outcome ends it, {@link #reset} (or {@link #keep}), and again; then {@link #close}.
 */
public interface Vm extends AutoCloseable {
  /**
   * Hands a request over and runs.
   *
   * @param sliceNanos the longest run before {@link Outcome.Sliced}
   * @throws IllegalArgumentException the hand-over is larger than {@link Exchange#IN_SIZE}; the machine is to be closed
   */
  Outcome start(HandOver request, Streams streams, long sliceNanos);

  /**
   * Hands several requests over, which the machine takes one after the other. The streams hear {@link Message#ANSWERED} between two; when they are told to {@linkplain Streams#handOn hand
   * on}, or the call returns, those that have not begun by then are not in the machine any more. Only where the engine {@linkplain Engine#followers can}, and for a
   * component that serves HTTP and has been {@linkplain #keep kept}.
   *
   * @param followers each at most {@link Exchange#FOLLOWER_SIZE} bytes, as the first then; without input, which they ask for
   */
  default Outcome start(HandOver request, List<HandOver> followers, Streams streams, long sliceNanos) {
    if (!followers.isEmpty()) {
      throw new IllegalArgumentException("this machine takes one request at a time");
    }
    return start(request, streams, sliceNanos);
  }

  /** Goes on after {@link Outcome.Waiting} or {@link Outcome.Sliced}. */
  Outcome resume(Streams streams, long sliceNanos);

  /**
   * Ends a run in progress, or the next one at its start, with {@link Outcome.Stopped}. From any thread, at any time, also on a closed machine.
   */
  void stop();

  /**
   * Ends the slice of a run in progress now, with {@link Outcome.Sliced}, unless it leaves by itself first; else does nothing. From any thread, at any time. An engine need not.
   */
  default void giveWay() {}

  /** Puts the machine back to its snapshot. False: it cannot be proven clean, and is to be closed. */
  boolean reset();

  /** Pages that the last {@link #reset} had to put back, because its guest may have written them; 0 where the engine does not know. For metrics. */
  default long pagesPutBack() {
    return 0;
  }

  /**
   * Lets the machine, whose run has ended with {@link Outcome.Exited}, take another request as it is, without a reset: {@code fresh: never} or a
   * number, for components that serve HTTP. False: it cannot, and is to be reset or closed.
   */
  default boolean keep() {
    return false;
  }

  /**
   * The state of a machine whose run has ended with {@link Outcome.Exited}, as a snapshot of its own, from which machines take their first request where
   * this one would have taken its next; for components that serve HTTP. Empty: it cannot.
   */
  default Optional<Snapshot> capture() {
    return Optional.empty();
  }

  /** Bytes of host memory that this machine alone holds, as the host knows them. */
  long heldBytes();

  /** Gives the machine up; cheap, what is dear happens elsewhere. Twice is fine. */
  @Override
  void close();
}
