package dev.mayfly.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every key, and what stands where it is left out. */
class ConfigurationDefaultsTest {
  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;

  @TempDir Path folder;
  private ConfigurationFiles files;

  @BeforeEach
  void write() throws IOException {
    files = new ConfigurationFiles(folder);
  }

  @Test
  void whatTheFileLeavesOutHasItsDefault() throws Exception {
    Configuration c = files.load("functions:\n  a:\n    wasm: a.wasm\nroutes:\n  - path: /a\n    function: a\n");
    assertThat(c).isEqualTo(new Configuration(
        new Configuration.Address("0.0.0.0", 8080), Optional.empty(), new Configuration.Address("127.0.0.1", 9090), Configuration.EngineChoice.AUTO,
        Optional.empty(), 32 * GIB / 100 * 75, Duration.ofSeconds(30), List.of(),
        Map.of("a", defaults(folder.resolve("a.wasm"))),
        List.of(new Configuration.Route("/a", List.of(), Optional.empty(), "a", Optional.empty()))));
  }

  private static Configuration.Function defaults(Path wasm) {
    return new Configuration.Function("a", wasm, 64 * MIB, Duration.ofSeconds(10), Duration.ofSeconds(30),
        new Configuration.Fresh(Configuration.Fresh.Kind.REQUEST, 1), Configuration.SnapshotPoint.READY, Duration.ofSeconds(10),
        List.of(), Map.of(), Map.of(), Map.of(), Map.of(), List.of(), Configuration.Handler.AUTO, 64,
        new Configuration.Queue(1000, Duration.ofSeconds(10)),
        new Configuration.Limits(8 * MIB, 32 * MIB, 65_536, 65_536, Duration.ofSeconds(10)),
        new Configuration.Warm(0, 32, Duration.ofSeconds(30)), List.of(), Optional.empty());
  }

  @Test
  void everyKeyIsRead() throws Exception {
    Configuration c = files.load("""
        listen: 127.0.0.1:8081
        tls: {cert: a.wasm, key: a.wasm}
        admin: '[::1]:9091'
        engine: kvm
        redis: redis://localhost:6379
        memory: 50%
        grace: 5s
        trust: [10.0.0.0/8, "fd00::/8", 192.0.2.1]
        functions:
          a:
            wasm: a.wasm
            memory: 128MiB
            timeout: 250ms
            idle: 1m
            fresh: 100
            snapshot: start
            boot: 1h
            args: ["2000", 7, "{name}"]
            env: {GREETING: hi, ONE: 1, YES: true, NONE: , HEX: 0x10}
            variables: {key: value}
            files: {/data: dir}
            scratch: {/work: dir}
            handler: http
            concurrency: 3
            queue: {length: 4, timeout: 5s}
            limits: {request: 1KiB, response: 1MB, headers: 8KiB, log: 100B, cpu: 1.5s}
            warm: {min: 1, max: 2, idle: 3s}
            outbound: ["https://api.example.com", "http://[::1]:8080"]
            warmup: {path: /warm?x=1}
        routes:
          - path: /a/{name}
            methods: [GET, POST]
            host: API.example.com
            function: a
            limit: 30/m
        """);
    Configuration.Function a = new Configuration.Function("a", folder.resolve("a.wasm"), 128 * MIB, Duration.ofMillis(250), Duration.ofMinutes(1),
        new Configuration.Fresh(Configuration.Fresh.Kind.NUMBER, 100), Configuration.SnapshotPoint.START, Duration.ofHours(1),
        List.of("2000", "7", "{name}"), Map.of("GREETING", "hi", "ONE", "1", "YES", "true", "NONE", "", "HEX", "0x10"), Map.of("key", "value"),
        Map.of("/data", folder.resolve("dir")), Map.of("/work", folder.resolve("dir")), List.of("/data", "/work"), Configuration.Handler.HTTP, 3,
        new Configuration.Queue(4, Duration.ofSeconds(5)), new Configuration.Limits(1024, 1_000_000, 8192, 100, Duration.ofMillis(1500)),
        new Configuration.Warm(1, 2, Duration.ofSeconds(3)), List.of("https://api.example.com", "http://[::1]:8080"), Optional.of("/warm?x=1"));
    assertThat(c).isEqualTo(new Configuration(
        new Configuration.Address("127.0.0.1", 8081), Optional.of(new Configuration.Tls(folder.resolve("a.wasm"), folder.resolve("a.wasm"))),
        new Configuration.Address("::1", 9091), Configuration.EngineChoice.KVM, Optional.of("redis://localhost:6379"), 32 * GIB / 100 * 50,
        Duration.ofSeconds(5), List.of("10.0.0.0/8", "fd00::/8", "192.0.2.1"), Map.of("a", a),
        List.of(new Configuration.Route("/a/{name}", List.of("GET", "POST"), Optional.of("api.example.com"), "a", Optional.of(0.5)))));
    assertThat(a.argumentsFromRoute()).isTrue();
    assertThat(a.parameters()).containsExactly("name");
  }

  @Test
  void preopensKeepTheOrderOfTheFileOverFilesAndScratch() throws Exception {
    for (String name : List.of("d1", "d2", "d3", "d4")) {
      Files.createDirectory(folder.resolve(name));
    }
    Configuration.Function scratchFirst = files.function("scratch: {/z: d1, /b: d2}", "files: {/y: d3, /a: d4}");
    assertThat(scratchFirst.preopens()).containsExactly("/z", "/b", "/y", "/a");
    assertThat(scratchFirst.files()).containsExactly(Map.entry("/y", folder.resolve("d3")), Map.entry("/a", folder.resolve("d4")));
    assertThat(files.function("files: {/y: d3}", "scratch: {/z: d1}").preopens()).containsExactly("/y", "/z");
  }

  @Test
  void oneFunctionAloneIsServedAtEveryPath() throws Exception {
    Path wasm = Files.writeString(folder.resolve("my tool.wasm"), "");
    Configuration c = Configuration.of(wasm);
    assertThat(c.functions().keySet()).containsExactly("my-tool");
    assertThat(c.functions().get("my-tool").wasm()).isEqualTo(wasm.toAbsolutePath());
    assertThat(c.routes()).containsExactly(new Configuration.Route("/*", List.of(), Optional.empty(), "my-tool", Optional.empty()));
  }

  @Test
  void freshIsReadInAllItsForms() throws Exception {
    assertThat(files.function("fresh: machine").fresh()).isEqualTo(new Configuration.Fresh(Configuration.Fresh.Kind.MACHINE, 1));
    assertThat(files.function("fresh: never").fresh().kind()).isEqualTo(Configuration.Fresh.Kind.NEVER);
    assertThat(files.function("fresh: 1").fresh()).isEqualTo(new Configuration.Fresh(Configuration.Fresh.Kind.NUMBER, 1));
  }

  @Test
  void emptyListsAndMappingsMayBeLeftStanding() throws Exception {
    assertThat(files.function("env:", "args: []", "files: {}", "limits:")).isEqualTo(defaults(folder.resolve("a.wasm")));
  }

  @Test
  void aLimitIsKnownToBeWrittenEvenIfItIsTheDefault() throws Exception {
    Configuration c = files.load("functions:\n  a:\n    wasm: a.wasm\n    limits: {request: 8MiB}\nroutes:\n  - path: /a\n    function: a\n");
    Configuration.Limits limits = c.functions().get("a").limits();
    assertThat(limits.requestWritten()).isTrue();
    assertThat(limits.responseWritten()).isFalse();
  }

  @Test
  void aHostOfAnOriginMayHaveAWildcard() throws Exception {
    Configuration c = files.load("functions:\n  a:\n    wasm: a.wasm\n    outbound: ['https://*.example.com:8443']\nroutes:\n  - path: /a\n    function: a\n");
    assertThat(c.functions().get("a").outbound()).containsExactly("https://*.example.com:8443");
  }
}
