package dev.mayfly.metrics;

/** All metrics by name. Dashboards and alerts depend on them: a name is added, never changed. Times are seconds. */
public final class MetricNames {
  /** Counter. Requests that got a machine; labels function, start (cold: it waited for a restore; warm: it did not). */
  public static final String STARTS = "mayfly_starts_total";
  /** Counter. Answers given for a function, its refusals included; labels function, status (HTTP's). */
  public static final String REQUESTS = "mayfly_requests_total";
  /** Counter. Answers given before a function was found, or by a rule of HTTP alone; label status. */
  public static final String UNROUTED = "mayfly_unrouted_total";
  /** Histogram. From a request's head to the end of its answer; label function. */
  public static final String REQUEST_SECONDS = "mayfly_request_seconds";
  /** Histogram. Waited in the queue; label function. */
  public static final String QUEUE_SECONDS = "mayfly_queue_seconds";
  /** Histogram. Waited for a restore, cold starts only; label function. */
  public static final String RESTORE_SECONDS = "mayfly_restore_seconds";
  /** Histogram. Ran, waits of the program included; label function. */
  public static final String RUN_SECONDS = "mayfly_run_seconds";
  /**
   * Counter. Requests refused for a function; labels function, reason (rate_limit, queue_full, queue_timeout, circuit_open, stopping, too_large, headers,
   * expectation, malformed, too_slow).
   */
  public static final String REFUSALS = "mayfly_refusals_total";
  /**
   * Counter. Runs that failed; labels function, verdict (trapped, timed_out, cpu_exceeded, output_too_large, broken, cannot_start, exit, malformed,
   * no_response, error_response, bad_response, aborted, silent, client_gone).
   */
  public static final String FAILURES = "mayfly_failures_total";
  /** Gauge, always 1; label isolation (kvm, process). */
  public static final String ISOLATION = "mayfly_isolation";
  /** Gauge. Machines; labels function, state (warm, busy, restoring, resetting). */
  public static final String MACHINES = "mayfly_machines";
  /** Gauge. Machines that the sizer wants kept here; label function. */
  public static final String TARGET = "mayfly_pool_target";
  /** Gauge. Gateways that share the traffic, this one included, as Redis last told; only with Redis. */
  public static final String GATEWAYS = "mayfly_gateways";
  /** Gauge. 1: something works less well than it should though requests are served, 0: nothing does; label part (redis). Only with Redis. */
  public static final String DEGRADED = "mayfly_degraded";
  /** Counter. Exchanges of traffic with Redis, one a second; label outcome (answered, failed). Only with Redis. */
  public static final String EXCHANGES = "mayfly_redis_exchanges_total";
  /** Counter. Requests that windows in Redis do not have, because an exchange failed. Only with Redis. */
  public static final String TRAFFIC_LOST = "mayfly_traffic_lost_requests_total";
  /** Gauge. Connections to the public port. */
  public static final String CONNECTIONS = "mayfly_connections";
  /** Gauge. How many there may be: half of the open files that the process may have, or fewer where its heap is small. */
  public static final String CONNECTIONS_LIMIT = "mayfly_connections_limit";
  /** Counter. Connections that were turned away (503, or a reset) because there were as many as there may be. */
  public static final String CONNECTIONS_REFUSED = "mayfly_connections_refused_total";
  /** Gauge. Requests waiting for a machine; label function. */
  public static final String QUEUED = "mayfly_queued_requests";
  /** Counter. Machines closed because of what their run or reset came to; label function. */
  public static final String DISCARDED = "mayfly_machines_discarded_total";
  /** Counter. Machines put back to their snapshot; label function. */
  public static final String RESETS = "mayfly_resets_total";
  /** Counter. Requests served behind another in one entry into its machine ({@code fresh: never} or a number, under load); label function. */
  public static final String FOLLOWED = "mayfly_followed_requests_total";
  /** Counter. Pages of 4 KiB that requests may have written, as KVM's log said, and that resets put back; label function. */
  public static final String PAGES_DIRTIED = "mayfly_dirtied_pages_total";
  /** Counter. Images read from their files, when functions were deployed or machines made: one for each image, however many requests come first. */
  public static final String IMAGE_LOADS = "mayfly_image_loads_total";
  /** Counter. Machines that could not be made; label function. */
  public static final String RESTORES_FAILED = "mayfly_restores_failed_total";
  /** Counter. Bytes of standard error beyond {@code limits.log}; label function. */
  public static final String LOG_LOST = "mayfly_log_lost_bytes_total";
  /** Gauge. Shells that wait. */
  public static final String SHELLS_READY = "mayfly_shells_ready";
  /** Counter. Shells made. */
  public static final String SHELLS_MADE = "mayfly_shells_made_total";
  /** Counter. Restores that found no shell. */
  public static final String SHELLS_MISSED = "mayfly_shells_missed_total";
  /** Histogram. From a blank machine to the ready point, each boot; a deploy makes up to two. */
  public static final String BOOT_SECONDS = "mayfly_boot_seconds";
  /** Gauge. How long the last deploy of a function took, compiling included if it was not kept; label function. */
  public static final String DEPLOY_SECONDS = "mayfly_deploy_seconds";
  /** Gauge. 1 while requests are refused because machines cannot be made or every run of late crashed, else 0; label function. */
  public static final String CIRCUIT_OPEN = "mayfly_circuit_open";
  /** Gauge. Bytes that a function's machines count with in the budget: the whole limit while one runs, what it holds while it waits; label function. */
  public static final String MACHINE_MEMORY = "mayfly_machine_memory_bytes";
  /** Counter. Times that requests asked for more than the function's {@code memory:} and were refused, as their machines say; label function. */
  public static final String MEMORY_REFUSED = "mayfly_memory_refused_total";
  /** Gauge. Bytes given out of the budget of all machines. */
  public static final String MEMORY_USED = "mayfly_memory_used_bytes";
  /** Gauge. The budget of all machines, {@code memory:} of the gateway, in bytes. */
  public static final String MEMORY_LIMIT = "mayfly_memory_limit_bytes";

  private MetricNames() {}
}
