package dev.mayfly.pool;

/**
 * How many waiting requests go into a kept machine together: twice as many each time that all of an entry's were served, none beside the first for a while after some had to be given
 * back, because the one before them waited or computed for long. Pure.
 */
final class Together {
  /** Entries of one request after some were given back: to have done so costs little, to keep doing so would make each such request wait for nothing. */
  static final int PAUSE = 64;

  private final int most;
  private int size = 1;
  private int pause;

  /** @param most requests of one entry; 1 and up */
  Together(int most) {
    this.most = most;
  }

  /** Requests for the next entry, at most. */
  int size() {
    return pause > 0 ? 1 : size;
  }

  /** An entry is over. @param requests that it began with @param all of them were served in it */
  void ended(int requests, boolean all) {
    if (!all) {
      size = 1;
      pause = PAUSE;
    } else if (pause > 0) {
      pause--;
    } else if (requests >= size) {
      size = Math.min(most, 2 * size);
    }
  }
}
