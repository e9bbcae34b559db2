package dev.mayfly.function;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Says in sentences what a {@link BootPlan.Verdict} means for the function's owner. Pure. */
final class BootNotes {
  private BootNotes() {}

  /** @param go whether the Go toolchain made the program */
  static List<String> of(BootPlan.Verdict verdict, Duration limit, boolean go) {
    List<String> notes = new ArrayList<>();
    switch (verdict.reason()) {
      case AS_ASKED -> { }
      case TRAPPED -> notes.add("It trapped before its ready point (" + verdict.message() + "): "
          + "its snapshot is taken at the start, and a request that traps like this gets 502");
      case TOO_LONG -> notes.add("It did not come to its ready point within boot: " + text(limit)
          + ": its snapshot is taken at the start, and each request does all of its work");
      case DIFFERS -> notes.add("It reads the clock a different number of times each time that it starts: "
          + "its snapshot is taken at the start, so that no request sees an old time");
    }
    if (verdict.randomDraws() > 0) {
      notes.add("It drew random bytes before its snapshot, and they are the same in every request: "
          + (go ? "its math/rand gives the same sequence in every request; crypto/rand does not"
              : "what it seeded with them gives the same sequence in every request")
          + "; snapshot: start avoids it");
    }
    return List.copyOf(notes);
  }

  private static String text(Duration limit) {
    return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + "s" : limit.toMillis() + "ms";
  }
}
