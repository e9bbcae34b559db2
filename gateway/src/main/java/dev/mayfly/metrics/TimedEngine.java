package dev.mayfly.metrics;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Engine;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.Isolation;
import dev.mayfly.vm.Snapshot;
import dev.mayfly.vm.Streams;
import dev.mayfly.vm.Vm;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.file.Path;

/** An engine whose boots are timed, from nothing to the ready point. Thread-safe as the engine behind it, which does everything. */
record TimedEngine(Engine engine, Timer boots) implements Engine {
  @Override
  public Boot.Ready boot(Image image, Boot how, Streams log) throws Boot.Failure {
    Timer.Sample sample = Timer.start();
    Boot.Ready ready = engine.boot(image, how, log);
    sample.stop(boots);
    return ready;
  }

  @Override
  public Isolation isolation() {
    return engine.isolation();
  }

  @Override
  public String fingerprint() {
    return engine.fingerprint();
  }

  @Override
  public Snapshot read(Path file, Image image) throws IOException {
    return engine.read(file, image);
  }

  @Override
  public Vm restore(Snapshot snapshot) throws CannotStart {
    return engine.restore(snapshot);
  }

  @Override
  public boolean idle() {
    return engine.idle();
  }

  @Override
  public Shells shells() {
    return engine.shells();
  }

  @Override
  public int followers() {
    return engine.followers();
  }

  @Override
  public long imageLoads() {
    return engine.imageLoads();
  }

  @Override
  public void close() {
    engine.close();
  }
}
