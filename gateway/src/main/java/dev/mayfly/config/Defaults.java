package dev.mayfly.config;

import static dev.mayfly.config.ByteSize.KIB;
import static dev.mayfly.config.ByteSize.MIB;

import dev.mayfly.config.Configuration.Address;
import dev.mayfly.config.Configuration.Fresh;
import dev.mayfly.config.Configuration.Limits;
import dev.mayfly.config.Configuration.Queue;
import dev.mayfly.config.Configuration.Warm;
import java.time.Duration;
import java.util.List;

/** What stands where the file says nothing. */
final class Defaults {
  static final Address LISTEN = new Address("0.0.0.0", 8080);
  static final Address ADMIN = new Address("127.0.0.1", 9090);
  static final int MEMORY_PERCENT = 75;
  static final Duration GRACE = Duration.ofSeconds(30);

  static final long MEMORY = 64 * MIB;
  static final Duration TIMEOUT = Duration.ofSeconds(10);
  static final Duration IDLE = Duration.ofSeconds(30);
  static final Duration BOOT = Duration.ofSeconds(10);
  static final Fresh FRESH = new Fresh(Fresh.Kind.REQUEST, 1);
  static final int CONCURRENCY = 64;
  static final Queue QUEUE = new Queue(1000, Duration.ofSeconds(10));
  static final long REQUEST = 8 * MIB;
  static final long RESPONSE = 32 * MIB;
  static final Limits LIMITS = new Limits(REQUEST, RESPONSE, (int) (64 * KIB), 64 * KIB, Duration.ofSeconds(10));
  static final Duration WARM_IDLE = Duration.ofSeconds(30);
  static final Warm WARM = new Warm(0, 32, WARM_IDLE);

  static final List<String> STORES = List.of("default");

  private Defaults() {}
}
