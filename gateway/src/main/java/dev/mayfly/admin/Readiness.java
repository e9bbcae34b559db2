package dev.mayfly.admin;

import java.util.List;

/** Whether a gateway can take requests. */
@FunctionalInterface
public interface Readiness {
  /** What is missing ("function hello is being deployed", "the gateway is stopping"); empty: nothing. Any thread; must not block. */
  List<String> missing();

  /** What works less well than it should, though requests are served ("redis: no answer within 2000 ms"); empty: nothing. Any thread; must not block. */
  default List<String> degraded() {
    return List.of();
  }
}
