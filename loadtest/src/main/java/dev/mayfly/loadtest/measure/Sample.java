package dev.mayfly.loadtest.measure;

/**
 * One good answer. Times are of {@link System#nanoTime}.
 *
 * @param call index into the plan's calls
 * @param intended when the request was due
 * @param sent when its first byte was handed to the kernel
 * @param done when the answer's last byte was there
 * @param late whether the sender took it up too late
 * @param bytes of the body
 */
public record Sample(int call, long intended, long sent, long done, Start start, Stages stages, boolean late, long bytes) {
  public long service() {
    return Math.max(0, done - sent);
  }

  public long response() {
    return Math.max(0, done - intended);
  }
}
