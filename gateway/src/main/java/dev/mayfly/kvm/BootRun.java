package dev.mayfly.kvm;

import dev.mayfly.vm.Boot;
import dev.mayfly.vm.Boot.Failure.Kind;
import dev.mayfly.vm.Exchange;
import dev.mayfly.vm.Image;
import dev.mayfly.vm.Streams;

/** One boot, in a shell that nothing else has used, on the calling thread. */
record BootRun(KvmEngine engine, Shell shell, Image image, Boot how, Streams log) {
  Boot.Ready run(MachineHeader header) throws Boot.Failure {
    shell.exchange().boot(how, engine.wallNanos(), engine.tscHz(), engine.entropy(), ImageMemory.address(image.bytes()), image.bytes());
    shell.vcpu().state(engine.base().entering(header.boot(), 0, 0));
    long end = System.nanoTime() + how.limitNanos();
    while (true) {
      Exchange.Exit exit = switch (shell.enter(end)) {
        case OUT -> shell.exchange().leave(log);
        case SLICE -> throw new Boot.Failure(Kind.TOO_LONG, "no ready point within " + how.limitNanos() / 1_000_000 + " ms");
        case STOP -> throw new Boot.Failure(Kind.BROKEN, "the boot was stopped");
        case LOST -> throw new Boot.Failure(Kind.BROKEN, shell.lost());
      };
      if (exit instanceof Exchange.Exit.Ready ready) {
        return new Boot.Ready(engine.snapshot(shell, image), ready.wallReads(), ready.randomDraws());
      }
      goOn(exit);
    }
  }

  private void goOn(Exchange.Exit exit) throws Boot.Failure {
    switch (exit) {
      case Exchange.Exit.Output o -> shell.exchange().resume(log, false, engine.wallNanos());
      case Exchange.Exit.Grow g -> {
        engine.grow(shell, image);
        shell.exchange().resume(log, false, engine.wallNanos());
      }
      case Exchange.Exit.Failed f -> throw new Boot.Failure(Kind.REFUSED, f.message());
      case Exchange.Exit.Answer a when a.trapped() -> throw new Boot.Failure(Kind.TRAPPED, a.message());
      case Exchange.Exit.Broken b -> throw new Boot.Failure(Kind.BROKEN, b.reason());
      case Exchange.Exit.Refused r -> throw new Boot.Failure(Kind.BROKEN, "the log took no more");
      default -> throw new Boot.Failure(Kind.BROKEN, "the guest left with " + exit + " before its ready point");
    }
  }
}
