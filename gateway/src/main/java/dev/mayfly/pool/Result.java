package dev.mayfly.pool;

import io.vertx.core.buffer.Buffer;

/**
 * What became of an invocation.
 *
 * @param status exit status, with EXITED
 * @param detail for the log, never for the client: the trap's text, what broke
 * @param output standard output, with EXITED
 * @param cold whether it waited for a restore
 */
public record Result(Verdict verdict, int status, String detail, Buffer output, boolean cold, Timings timings) {
  /** How it ended. */
  public enum Verdict {
    /** The program ended by itself. */
    EXITED,
    /** A Wasm trap. */
    TRAPPED,
    /** It ran longer than its time-out. */
    TIMED_OUT,
    /** It used more CPU time than its limit. */
    CPU_EXCEEDED,
    /** It wrote more than {@code limits.response}. */
    OUTPUT_TOO_LARGE,
    /** Its machine broke the rules, or failed. */
    BROKEN,
    /** No machine could be made. */
    CANNOT_START,
    /** The queue was full. */
    QUEUE_FULL,
    /** No machine came free within the queue's time-out. */
    QUEUE_TIMEOUT,
    /** No machine could be made of late, or each run of late crashed: it is tried again in a moment. */
    CIRCUIT_OPEN,
    /** The gateway is stopping. */
    STOPPING,
    /** A component ended without an answer. */
    NO_RESPONSE,
    /** A component answered with an error. */
    ERROR_RESPONSE,
    /** A component's answer cannot be sent. */
    BAD_RESPONSE,
    /** A component gave up the body of its answer. */
    ABORTED,
    /** A streamed answer was silent for longer than {@code idle}. */
    SILENT,
    /** Nobody waits for the answer any more. */
    CLIENT_GONE
  }

  /** Nanoseconds; 0 where a stage did not happen. */
  public record Timings(long queue, long restore, long run) {}
}
