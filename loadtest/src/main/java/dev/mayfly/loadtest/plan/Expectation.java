package dev.mayfly.loadtest.plan;

import java.util.Optional;
import java.util.Set;

/**
 * What an answer must be; another one is an error.
 *
 * @param statuses allowed ones; empty: 200 to 399
 * @param body the whole body, in UTF-8
 * @param contains what the body must contain, in UTF-8
 * @param start what {@code X-Mayfly-Start} must say
 */
public record Expectation(Set<Integer> statuses, Optional<String> body, Optional<String> contains, Optional<String> start) {
  /** Any answer from 200 to 399. */
  public static final Expectation SUCCESS = new Expectation(Set.of(), Optional.empty(), Optional.empty(), Optional.empty());

  public boolean allows(int status) {
    return statuses.isEmpty() ? status >= 200 && status < 400 : statuses.contains(status);
  }

  /** Whether the answer's body must be kept to judge it. */
  public boolean readsBody() {
    return body.isPresent() || contains.isPresent();
  }
}
