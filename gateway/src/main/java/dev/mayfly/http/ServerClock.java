package dev.mayfly.http;

import io.vertx.core.http.HttpHeaders;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The value of the field Date, made anew once a second. For one thread. */
final class ServerClock {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US).withZone(ZoneOffset.UTC);

  private final LongSupplier millis;
  private long second = Long.MIN_VALUE;
  private CharSequence text;

  /** @param millis since 1970 */
  ServerClock(LongSupplier millis) {
    this.millis = millis;
  }

  CharSequence date() {
    long now = Math.floorDiv(millis.getAsLong(), 1000);
    if (now != second) {
      second = now;
      text = HttpHeaders.createOptimized(FORMAT.format(Instant.ofEpochSecond(now)));
    }
    return text;
  }
}
