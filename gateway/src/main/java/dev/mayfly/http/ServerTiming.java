package dev.mayfly.http;

import dev.mayfly.pool.Result;

/** The value of the field Server-Timing: milliseconds, to the microsecond. Pure. */
final class ServerTiming {
  private ServerTiming() {}

  static String of(Result.Timings timings) {
    StringBuilder text = new StringBuilder(64);
    stage(text, "queue;dur=", timings.queue());
    stage(text.append(", "), "restore;dur=", timings.restore());
    stage(text.append(", "), "run;dur=", timings.run());
    return text.toString();
  }

  private static void stage(StringBuilder text, String name, long nanos) {
    long micros = Math.max(0, (nanos + 500) / 1000);
    text.append(name).append(micros / 1000);
    long fraction = micros % 1000;
    if (fraction > 0) {
      text.append('.').append(fraction / 100);
      if (fraction % 100 > 0) {
        text.append(fraction / 10 % 10);
      }
      if (fraction % 10 > 0) {
        text.append(fraction % 10);
      }
    }
  }
}
