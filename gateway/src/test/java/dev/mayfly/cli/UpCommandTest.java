package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configuration;
import dev.mayfly.config.Configuration.Address;
import dev.mayfly.vm.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpCommandTest {
  @TempDir Path folder;
  private Commands commands;
  private Configuration started;

  /** A gateway that ends at once. */
  private record Ended(Isolation isolation) implements RunningGateway {
    @Override
    public Address listen() {
      return new Address("0.0.0.0", 41_000);
    }

    @Override
    public Address admin() {
      return new Address("::1", 41_001);
    }

    @Override
    public List<String> notes() {
      return List.of("a: math/rand repeats");
    }

    @Override
    public void awaitEnd() {}

    @Override
    public void stop() {}
  }

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("a.wasm"), "");
    commands = new Commands(folder, Optional.empty());
    commands.gateway = (loaded, _) -> {
      started = loaded.configuration();
      return new Ended(Isolation.KVM);
    };
  }

  @Test
  void eachRouteIsPrintedWithALineToTryItAndItsIsolation() throws Exception {
    Files.writeString(folder.resolve("mayfly.yaml"), "functions: {a: {wasm: a.wasm}}\nroutes:\n"
        + "  - {path: '/hello/{name}', function: a}\n  - {path: /post, methods: [POST], host: example.com, function: a}\n");
    assertThat(commands.execute("up")).as(commands.err.toString()).isZero();
    assertThat(commands.out.toString().lines()).containsExactly(
        "Mayfly serves http://0.0.0.0:41000, every function in a virtual machine of its own (kvm)",
        "admin port http://[::1]:41001",
        "a: math/rand repeats",
        "",
        "*     /hello/{name}     a  kvm  curl localhost:41000/hello/world",
        "POST  example.com/post  a  kvm  curl -d hello -H 'Host: example.com' localhost:41000/post");
  }

  @Test
  void withoutKvmItIsSaid() {
    commands.gateway = (_, _) -> new Ended(Isolation.PROCESS);
    commands.execute("up", folder.resolve("a.wasm").toString());
    assertThat(commands.out.toString()).contains("(process): for development");
  }

  @Test
  void oneFunctionAloneIsServedAtTheRoot() {
    assertThat(commands.execute("up", folder.resolve("a.wasm").toString())).isZero();
    assertThat(started.routes()).singleElement().extracting(Configuration.Route::path).isEqualTo("/*");
    assertThat(commands.out.toString()).contains("curl localhost:41000/\n");
  }

  @Test
  void whatKeepsItFromStartingIsSaidInALineEach() {
    commands.gateway = (_, _) -> {
      throw new GatewayStarter.CannotStart(List.of("the port 8080 is taken", "a: a.wasm: truncated"));
    };
    assertThat(commands.execute("up", folder.resolve("a.wasm").toString())).isEqualTo(1);
    assertThat(commands.err.toString().lines()).containsExactly("mayfly: the port 8080 is taken", "mayfly: a: a.wasm: truncated");
  }

  @Test
  void aFileThatIsMissingIsOneLine() {
    assertThat(commands.execute("up", "none.wasm")).isEqualTo(1);
    assertThat(commands.err.toString().lines()).containsExactly("none.wasm: no such file");
    assertThat(commands.execute("up", "-f", "x.yaml", "a.wasm")).isEqualTo(2);
    assertThat(started).isNull();
  }
}
