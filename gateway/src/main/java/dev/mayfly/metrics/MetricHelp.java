package dev.mayfly.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Map;

/** One line on each metric for those who read {@code /metrics}; {@link MetricNames} says more. Immutable. */
final class MetricHelp implements MeterFilter {
  static final Map<String, String> TEXTS = Map.ofEntries(
      Map.entry(MetricNames.STARTS, "Requests that got a machine; cold: it waited for a restore"),
      Map.entry(MetricNames.REQUESTS, "Answers given for a function, refusals included, by HTTP status"),
      Map.entry(MetricNames.UNROUTED, "Answers that no function had a part in, by HTTP status"),
      Map.entry(MetricNames.REQUEST_SECONDS, "From a request's head to the end of its answer"),
      Map.entry(MetricNames.QUEUE_SECONDS, "Time that requests waited in the queue"),
      Map.entry(MetricNames.RESTORE_SECONDS, "Time that cold starts waited for a restore"),
      Map.entry(MetricNames.RUN_SECONDS, "Time that requests ran, waits of the program included"),
      Map.entry(MetricNames.REFUSALS, "Requests refused for a function, by reason"),
      Map.entry(MetricNames.FAILURES, "Runs that failed, by verdict"),
      Map.entry(MetricNames.ISOLATION, "Which isolation is in force; always 1"),
      Map.entry(MetricNames.MACHINES, "Machines, by state"),
      Map.entry(MetricNames.TARGET, "Machines that the sizer wants kept"),
      Map.entry(MetricNames.GATEWAYS, "Gateways that share the traffic, this one included"),
      Map.entry(MetricNames.DEGRADED, "1 where a part works less well than it should"),
      Map.entry(MetricNames.EXCHANGES, "Exchanges of traffic with Redis, by outcome"),
      Map.entry(MetricNames.TRAFFIC_LOST, "Requests that no window in Redis has, because an exchange failed"),
      Map.entry(MetricNames.CONNECTIONS, "Connections to the public port"),
      Map.entry(MetricNames.CONNECTIONS_LIMIT, "Connections that there may be"),
      Map.entry(MetricNames.CONNECTIONS_REFUSED, "Connections turned away because there were too many"),
      Map.entry(MetricNames.QUEUED, "Requests that wait for a machine"),
      Map.entry(MetricNames.DISCARDED, "Machines closed because of what their run or reset came to"),
      Map.entry(MetricNames.FOLLOWED, "Requests served behind another in one entry into its machine"),
      Map.entry(MetricNames.RESETS, "Machines put back to their snapshot"),
      Map.entry(MetricNames.PAGES_DIRTIED, "Pages that requests may have written and resets put back"),
      Map.entry(MetricNames.IMAGE_LOADS, "Images read from their files"),
      Map.entry(MetricNames.RESTORES_FAILED, "Machines that could not be made"),
      Map.entry(MetricNames.LOG_LOST, "Bytes of standard error beyond limits.log"),
      Map.entry(MetricNames.SHELLS_READY, "Shells that wait for a restore"),
      Map.entry(MetricNames.SHELLS_MADE, "Shells made"),
      Map.entry(MetricNames.SHELLS_MISSED, "Restores that found no shell"),
      Map.entry(MetricNames.BOOT_SECONDS, "From a blank machine to the ready point"),
      Map.entry(MetricNames.DEPLOY_SECONDS, "How long a function's last deploy took"),
      Map.entry(MetricNames.CIRCUIT_OPEN, "1 while requests are refused because the function cannot start or keeps crashing"),
      Map.entry(MetricNames.MACHINE_MEMORY, "Memory that a function's machines count with"),
      Map.entry(MetricNames.MEMORY_REFUSED, "Times that requests were refused memory beyond their function's limit"),
      Map.entry(MetricNames.MEMORY_USED, "Memory that all machines count with"),
      Map.entry(MetricNames.MEMORY_LIMIT, "Memory that all machines may have together"));

  @Override
  public Meter.Id map(Meter.Id id) {
    return id.getDescription() != null ? id : new Meter.Id(id.getName(), Tags.of(id.getTags()), id.getBaseUnit(), TEXTS.get(id.getName()), id.getType());
  }
}
