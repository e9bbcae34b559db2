package dev.mayfly.sizing;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Function;
import dev.mayfly.pool.Stats;
import dev.mayfly.pool.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A pool that only counts: what it is asked for is set by the test, what it is told is kept. */
final class FakePool implements SizedPool {
  private final Function function;
  volatile long arrivals;
  volatile long busyNanos;
  volatile int peak;
  volatile long heldBytes;
  volatile int kept;
  volatile Duration spare;
  volatile int allowed;
  volatile int told;

  FakePool(String name, int concurrency) {
    Function p = Function.program(Path.of(name + ".wasm"), 64 << 20, List.of(), Map.of(), Map.of(), Map.of(), List.of());
    function = new Function(name, p.wasm(), p.memory(), p.timeout(), p.idle(), p.fresh(), p.snapshot(), p.boot(), p.args(), p.env(), p.variables(), p.files(), p.scratch(),
        p.preopens(), p.handler(), concurrency, p.queue(), p.limits(), new Configuration.Warm(0, 32, Duration.ofSeconds(30)), p.outbound(), p.warmupPath());
    allowed = concurrency;
  }

  /** A second's traffic. */
  void serve(long requests, double busySeconds) {
    arrivals += requests;
    busyNanos += (long) (busySeconds * 1e9);
  }

  /** A second's traffic, so many requests of it at one time. */
  void serve(long requests, double busySeconds, int atOnce) {
    serve(requests, busySeconds);
    peak = atOnce;
  }

  @Override
  public Function configuration() {
    return function;
  }

  @Override
  public Stats stats() {
    return new Stats(0, 0, 0, 0, 0, 0, arrivals, 0, 0, 0, 0, 0, 0, 0, heldBytes, 0, false);
  }

  @Override
  public Usage.Totals usage() {
    return new Usage.Totals(busyNanos, 0);
  }

  @Override
  public int peak() {
    int most = peak;
    peak = 0;
    return most;
  }

  @Override
  public void keep(int machines, Duration spareTime) {
    kept = machines;
    spare = spareTime;
    told++;
  }

  @Override
  public void allow(int machines) {
    allowed = machines;
  }
}
