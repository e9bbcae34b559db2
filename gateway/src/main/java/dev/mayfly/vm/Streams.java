package dev.mayfly.vm;

import java.nio.ByteBuffer;

/** A program's standard streams, as the host serves them. Called on the machine's thread, during a run; must not block for long. */
public interface Streams {
  /** Nothing more will ever come. */
  int END = -1;

  /**
   * Puts what input there is into {@code into}, as much as fits.
   *
   * @return bytes put; 0: none now; {@link #END}: there is no more
   */
  int read(ByteBuffer into);

  /**
   * Whether {@link #read} would answer {@link #END} now; with that known, a program that reads to the end needs no further exit.
   */
  boolean atEnd();

  /** Takes standard output. False: no more is wanted; the run ends with {@link Outcome.Stopped}. */
  boolean output(ByteBuffer bytes);

  /** Takes standard error. False as for {@link #output}. */
  boolean error(ByteBuffer bytes);

  /** Whether output is wanted after every write of the program, as at a terminal, and not only when there is much of it. */
  default boolean interactive() {
    return false;
  }

  /** Whether standard stream 0, 1 or 2 is a terminal, which a program may ask. */
  default boolean terminal(int stream) {
    return false;
  }

  /**
   * Takes a record that is neither standard output nor standard error, from a component that serves HTTP. False as for {@link #output}.
   *
   * @param kind one of {@link Message}'s, or anything: it is the guest's word
   * @param bytes the record's own, a copy that is valid during the call only
   * @throws Message.Malformed the record breaks the rules; the run ends with {@link Outcome.Broken}
   */
  default boolean record(int kind, ByteBuffer bytes) {
    throw new Message.Malformed("the guest left a record of kind " + kind + ", which nobody takes here");
  }

  /** The program was refused memory beyond its limit, so often since it was entered last; it may go on all the same. The guest's word. */
  default void memoryRefused(int times) {}

  /** The program goes on, and what it has given may be handed on; at its end nothing is said. */
  default void handOn() {}

  /**
   * Whether what was written is to be taken by someone before the program goes on. Asked after the program gave up its output; when true, the run
   * ends with {@link Outcome.Waiting}. Also asked from other threads.
   */
  default boolean paused() {
    return false;
  }

  /** Whether {@link #read} would answer something now, {@link #END} included. Also asked from other threads. */
  default boolean ready() {
    return true;
  }
}
