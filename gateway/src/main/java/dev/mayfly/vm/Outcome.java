package dev.mayfly.vm;

/** How a run of a machine ended. */
public sealed interface Outcome {
  /** The program returned, or called {@code proc_exit}. The machine can be reset. */
  record Exited(int status) implements Outcome {}

  /** A Wasm trap; the text is the runtime's, bounded, without control characters. The machine is to be discarded. */
  record Trapped(String message) implements Outcome {}

  /**
   * The program waits, and the machine holds no thread meanwhile. It also waits, for 0 ns, while {@link Streams#paused}: then it is not to go on before
   * that is over.
   *
   * @param nanos from now; {@code Long.MAX_VALUE} for no such time
   * @param forInput go on also when input, or its end, is there
   */
  record Waiting(long nanos, boolean forInput) implements Outcome {}

  /** The slice is over; {@link Vm#resume} goes on. */
  record Sliced() implements Outcome {}

  /** {@link Vm#stop} ended it, or {@link Streams} took no more. The machine is to be discarded. */
  record Stopped() implements Outcome {}

  /** The guest broke the rules, or the engine failed. The machine is to be discarded; the reason is for the log. */
  record Broken(String reason) implements Outcome {}
}
