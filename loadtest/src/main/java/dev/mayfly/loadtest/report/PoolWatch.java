package dev.mayfly.loadtest.report;

import dev.mayfly.loadtest.plan.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks the admin ports of targets for their pools once a second, on a thread of its own, from construction to {@link #close}. One that does not answer
 * leaves a gap. Any thread.
 */
public final class PoolWatch implements AutoCloseable {
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration PATIENCE = Duration.ofMillis(900);
  /** Of /metrics, in bytes: more is no gateway's. */
  private static final int LONGEST = 4 << 20;
  /** A day of one target; beyond it the picture is of the first day. */
  private static final int MOST = 100_000;
  private final List<PoolSample> samples = new ArrayList<>();
  private final List<Target> targets;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).version(HttpClient.Version.HTTP_1_1).build();
  private final Thread thread;
  private volatile boolean closed;

  /** @param targets those without an admin port are left alone */
  public PoolWatch(List<Target> targets) {
    this.targets = targets.stream().filter(target -> target.admin().isPresent()).toList();
    thread = Thread.ofPlatform().daemon().name("pool-watch").unstarted(this::watch);
    if (!this.targets.isEmpty()) {
      thread.start();
    }
  }

  private void watch() {
    for (long due = System.nanoTime(); !closed; due += PERIOD_NANOS) {
      for (long wait = due - System.nanoTime(); wait > 0 && !closed; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      targets.forEach(this::ask);
      due = Math.max(due, System.nanoTime() - PERIOD_NANOS);
    }
  }

  private void ask(Target target) {
    URI uri = target.admin().orElseThrow().resolve("/metrics");
    try {
      HttpResponse<java.io.InputStream> answer = client.send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofInputStream());
      try (java.io.InputStream body = answer.body()) {
        String text = new String(body.readNBytes(LONGEST), java.nio.charset.StandardCharsets.UTF_8);
        if (answer.statusCode() == 200 && text.contains("mayfly_machines")) {
          add(Exposition.pool(text, Instant.now(), target.name()));
        }
      }
    } catch (IOException | IllegalArgumentException _) {
      // A gap in the picture says it.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  private void add(PoolSample sample) {
    synchronized (samples) {
      if (samples.size() < MOST) {
        samples.add(sample);
      }
    }
  }

  public List<PoolSample> samples() {
    synchronized (samples) {
      return List.copyOf(samples);
    }
  }

  /** Waits for the thread, a second at most. May be called twice. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      if (!targets.isEmpty()) {
        thread.join(PATIENCE.plusMillis(100));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    client.shutdownNow();
  }
}
