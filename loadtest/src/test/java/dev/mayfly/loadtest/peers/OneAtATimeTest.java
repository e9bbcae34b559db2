package dev.mayfly.loadtest.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.loadtest.measure.Listener;
import dev.mayfly.loadtest.measure.Result;
import dev.mayfly.loadtest.measure.Runner;
import dev.mayfly.loadtest.plan.Plan;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OneAtATimeTest {
  @TempDir Path work;

  private Server server() throws IOException, InterruptedException {
    int port = Server.freePort();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Server.start("files", List.of(java, "-m", "jdk.httpserver", "-b", "127.0.0.1", "-p", Integer.toString(port), "-d", work.toString()), port, work);
  }

  private static boolean stopped(Server server) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + server.process().pid() + "/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).startsWith("T");
  }

  private static Plan plan(String name) {
    return new Contender(name, "", URI.create("http://127.0.0.1:1"), Optional.empty(), "/", Optional.empty(), false).throughput(1, Duration.ofSeconds(1));
  }

  @Test
  void onlyTheServerThatIsAskedRunsAndAllEndAllTheSame() throws Exception {
    Server one = server();
    Server other = server();
    boolean[] seen = new boolean[2];
    Runner runner = new Runner() {
      @Override
      public Result run(Plan plan, Listener listener) {
        try {
          seen[0] = stopped(one);
          seen[1] = stopped(other);
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
        throw new IllegalStateException("ran " + plan.title());
      }

      @Override
      public void stop() {}
    };
    try {
      OneAtATime turns = new OneAtATime(runner, Map.of("one", one, "other", other));
      assertThat(stopped(one) && stopped(other)).isTrue();
      assertThatThrownBy(() -> turns.run(plan("one"), _ -> { })).hasMessage("ran one");
      assertThat(seen).containsExactly(false, true);
      assertThat(stopped(one)).isTrue();
    } finally {
      one.close();
      other.close();
    }
    assertThat(one.process().isAlive() || other.process().isAlive()).isFalse();
  }
}
