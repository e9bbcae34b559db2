package dev.mayfly.vm;

/**
 * What a boot is asked for.
 *
 * @param atStart take the snapshot before the program's first instruction
 * @param stopAtWallRead stop just before this read of the wall clock (from 1); 0: no such stop
 * @param limitNanos how long it may take
 */
public record Boot(boolean atStart, int stopAtWallRead, long limitNanos) {
  /**
   * What a boot came to.
   *
   * @param snapshot taken at the ready point
   * @param wallReads reads of the wall clock before it
   * @param randomDraws draws of randomness before it
   */
  public record Ready(Snapshot snapshot, int wallReads, int randomDraws) {}

  /** The boot did not come to a ready point. */
  public static final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Kind {
      /** The image cannot be a function, whatever its start (imports, memory): the message names it. */
      REFUSED,
      /** The program trapped before its ready point. */
      TRAPPED,
      /** The ready point did not come in time. */
      TOO_LONG,
      /** The machine itself failed. */
      BROKEN
    }

    private final Kind kind;

    public Failure(Kind kind, String message) {
      super(message);
      this.kind = kind;
    }

    public Kind kind() {
      return kind;
    }
  }
}
