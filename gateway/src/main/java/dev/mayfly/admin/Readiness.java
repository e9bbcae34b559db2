package dev.mayfly.admin;

import java.util.List;

/** Whether a gateway can take requests. */
@FunctionalInterface
public interface Readiness {
  /** What is missing ("function hello is being deployed", "the gateway is stopping"); empty: nothing. Any thread; must not block. */
  List<String> missing();
}
