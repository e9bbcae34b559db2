package dev.mayfly.loadtest.measure;

import org.HdrHistogram.Histogram;

/**
 * Times of good answers, in nanoseconds.
 *
 * @param service from the request's first byte to the answer's last: what the server did
 * @param response from the intended send to the answer's last byte: what a user of an open system waits; the same as service in the closed model
 * @param queue the gateway's stages, by Server-Timing; empty where it sends none
 */
public record Times(Histogram service, Histogram response, Histogram queue, Histogram restore, Histogram run) {
  public static Times empty() {
    return new Times(new Histogram(3), new Histogram(3), new Histogram(3), new Histogram(3), new Histogram(3));
  }

  public long count() {
    return service.getTotalCount();
  }

  /** Adds the other's. */
  public void add(Times other) {
    service.add(other.service);
    response.add(other.response);
    queue.add(other.queue);
    restore.add(other.restore);
    run.add(other.run);
  }
}
