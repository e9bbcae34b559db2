package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.function.Progress.Stage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {
  @Test
  void onlyWhatTakesLongIsSaid() {
    StringWriter out = new StringWriter();
    AtomicLong clock = new AtomicLong();
    ProgressLines progress = new ProgressLines(new PrintWriter(out), clock::get);
    progress.at("a", Stage.COMPILING, 0, 10);
    progress.at("b", Stage.COMPILING, 0, 10);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    progress.at("a", Stage.COMPILING, 2, 10);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    progress.at("a", Stage.COMPILING, 4, 10);
    progress.at("a", Stage.COMPILING, 5, 10);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
    progress.at("a", Stage.BOOTING, 0, 1);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
    progress.at("a", Stage.DEPLOYED, 1, 1);
    assertThat(out.toString().lines()).containsExactly("compiling a: 40%", "booting a");
  }
}
