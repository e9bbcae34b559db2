package dev.mayfly.loadtest.soak;

import java.io.IOException;
import java.util.Set;

/**
 * A kind of request.
 *
 * @param weight how often, among all
 * @param expected statuses that are right; 0: the client left, or the answer was broken off
 */
record Kind(String name, int weight, Set<Integer> expected, Action action) {
  /** Sends one, and says what status came. */
  interface Action {
    int send() throws IOException, InterruptedException;
  }
}
