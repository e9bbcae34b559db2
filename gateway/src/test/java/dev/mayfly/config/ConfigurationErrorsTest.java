package dev.mayfly.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong, where, and what would be right. */
class ConfigurationErrorsTest {
  @TempDir Path folder;
  private ConfigurationFiles files;

  @BeforeEach
  void write() throws IOException {
    files = new ConfigurationFiles(folder);
  }

  @Test
  void allProblemsAreSaidAtOnceInTheOrderOfTheFile() throws Exception {
    assertThat(files.problems("""
        listen: 99999
        functions:
          a:
            wasm: b.wasm
            memry: 64MiB
            timeout: soon
            memory: 1GiB
            memory: 2GiB
            env: [A]
        routes:
          - path: a
            function: a
          - path: /a
            function: A
            limit: fast
        grase: 1s
        """)).containsExactly(
        "1:9: listen: \"99999\" is not an address; write a port from 0 to 65535 (0: any free one) or host:port, like 127.0.0.1:8080",
        "4:11: wasm: no such file: b.wasm (looked for " + folder.resolve("b.wasm") + ")",
        "5:5: unknown key \"memry\" (did you mean \"memory\"?)",
        "6:14: timeout: \"soon\" is not a time; write a number and a unit, like 250ms, 2s, 1m or 1h",
        "8:5: the key \"memory\" stands twice; the first is in line 7",
        "9:10: env must be a mapping (key: value), not a list",
        "11:11: path: \"a\" must begin with \"/\"",
        "14:15: function: there is no function \"A\" (did you mean \"a\"?)",
        "15:12: limit: \"fast\" is not a rate; write a number from 1 to 1000000 and a time, like 100/s, 10/m or 5/h",
        "16:1: unknown key \"grase\" (did you mean \"grace\"?)");
  }

  @Test
  void theFileIsNamedAsTheUserWroteIt() {
    assertThatThrownBy(() -> ConfigurationLoader.load(Path.of("no/such/mayfly.yaml")))
        .asInstanceOf(type(ConfigurationException.class))
        .extracting(e -> e.problems().getFirst().toString()).isEqualTo("no/such/mayfly.yaml: no such file");
    assertThatThrownBy(() -> ConfigurationLoader.load(Path.of("."))).hasMessage(".: is a directory; give a file in it");
    assertThatThrownBy(() -> Configuration.of(Path.of("no.wasm"))).hasMessage("no.wasm: no such file");
    assertThatThrownBy(() -> Configuration.of(Path.of("/"))).hasMessage("/: not a file");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      memory: 64               | 4:13: memory: "64" has no unit; write a number and a unit, like 64MiB (B, KiB, MiB, GiB, TiB, or decimal KB, MB, GB, TB)
      memory: 64Mb             | 4:13: memory: "64Mb" has the unknown unit "Mb"; write a number and a unit, like 64MiB (B, KiB, MiB, GiB, TiB, or decimal KB, MB, GB, TB)
      memory: 17GiB            | 4:13: memory: "17GiB" is out of range; from 64KiB to 16GiB are allowed
      memory: 0.3B             | 4:13: memory: "0.3B" is too large or too fine for a size; write a number and a unit, like 64MiB (B, KiB, MiB, GiB, TiB, or decimal KB, MB, GB, TB)
      memory: {a: 1}           | 4:13: memory must be a single value, not a mapping
      memory:                  | 4:5: memory has no value
      memory: !!binary QQ==    | 4:13: memory has the tag tag:yaml.org,2002:binary; leave it out
      timeout: 10              | 4:14: timeout: "10" has no unit; write a number and a unit, like 250ms, 2s, 1m or 1h
      timeout: 0s              | 4:14: timeout: "0s" is out of range; from 1ms to 24h are allowed
      boot: 2h                 | 4:11: boot: "2h" is out of range; from 1ms to 1h are allowed
      fresh: newer             | 4:12: fresh: "newer" is not allowed (did you mean "never"?); it is machine, request, a number of requests from 1 to 1000000, or never
      fresh: 0                 | 4:12: fresh: "0" is not allowed; it is machine, request, a number of requests from 1 to 1000000, or never
      snapshot: redy           | 4:15: snapshot: "redy" is not allowed (did you mean "ready"?); it is one of ready, start
      handler: cgi             | 4:14: handler: "cgi" is not allowed; it is one of auto, http, stdout, wagi
      concurrency: 0           | 4:18: concurrency: "0" is not a whole number from 1 to 100000
      concurrency: 100001      | 4:18: concurrency: "100001" is not a whole number from 1 to 100000
      concurrency: many        | 4:18: concurrency: "many" is not a whole number from 1 to 100000
      args: hello              | 4:11: args must be a list ([a, b], or lines that begin with "- "), not "hello"
      args: ["{year}"]         | 4:11: args: {year} is no parameter of the route /a in line 6
      env: {A=B: 1}            | 4:11: env: "A=B" is not a variable's name; letters, digits, _, . and - are allowed, and no digit first
      env: {A: [1]}            | 4:14: env.A must be a single value, not a list
      files: {data: dir}       | 4:13: files: "data" must be an absolute directory in the guest, like /data, without a slash at its end
      files: {/tmp/x: dir}     | 4:13: files: "/tmp/x" is taken: /tmp is the gateway's own
      files: {/request: dir}   | 4:13: files: "/request" is taken: /request is the gateway's own
      files: {/a/../b: dir}    | 4:13: files: "/a/../b" must not have empty, "." or ".." segments
      files: {/a: a.wasm}      | 4:17: files./a: not a directory: a.wasm (looked for FOLDER/a.wasm)
      scratch: {/a: none}      | 4:19: scratch./a: no such directory: none (looked for FOLDER/none)
      queue: {length: -1}      | 4:21: length: "-1" is not a whole number from 0 to 1000000
      queue: {size: 1}         | 4:13: unknown key "size"; known are length, timeout
      limits: {headers: 129KiB} | 4:23: headers: "129KiB" is out of range; from 1KiB to 128KiB are allowed
      limits: {reqest: 1MiB}   | 4:14: unknown key "reqest" (did you mean "request"?)
      warm: {min: 33}          | 4:17: warm.min: 33 is more than warm.max, which is 32 unless written
      warm: {min: 3, max: 2}   | 4:17: warm.min: 3 is more than warm.max, which is 2
      outbound: [example.com]  | 4:16: outbound: "example.com" is not an origin; write it like https://api.example.com
      outbound: ["https://a/b"] | 4:16: outbound: "https://a/b" is more than an origin; write scheme, host and perhaps port, like https://api.example.com
      outbound: ["https://a:0"] | 4:16: outbound: "https://a:0" is not an origin that can be called; ports are 1 to 65535, and addresses have no zone
      warmup: {path: x}        | 4:20: path: "x" is not a request's path; it begins with / and is percent-encoded
      warmup: {}               | 4:5: path is missing in warmup: the path to ask for
      """)
  void aValueOfAFunctionThatIsNotAllowed(String line, String problem) throws Exception {
    assertThat(files.functionProblems(line)).containsExactly(problem.replace("FOLDER", folder.toString()));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      listen: here             | 1:9: listen: "here" is not an address; write a port from 0 to 65535 (0: any free one) or host:port, like 127.0.0.1:8080
      listen: 9090             | 1:9: listen and admin have the same port, 9090; give admin its own
      engine: qemu             | 1:9: engine: "qemu" is not allowed; it is one of auto, kvm, process
      redis: localhost         | 1:8: redis: "localhost" is not a Redis server; write it like redis://localhost:6379, redis-sentinel://one:26379,two:26379#master or redis-cluster://one:6379,two:6379
      memory: 101%             | 1:9: memory: "101%" is not a share of the memory; from 1% to 100% are allowed, or a size like 2GiB
      trust: [10.0.0.0/33]     | 1:9: trust: "10.0.0.0/33" is not a network; write it like 10.0.0.0/8 or fd00::/8
      trust: [10.1/8]          | 1:9: trust: "10.1/8" is not a network; write it like 10.0.0.0/8 or fd00::/8
      tls: {cert: a.wasm}      | 1:1: key is missing in tls: the private key, a PEM file
      lissten: 1               | 1:1: unknown key "lissten" (did you mean "listen"?)
      xyz: 1                   | 1:1: unknown key "xyz"; known are listen, tls, admin, engine, redis, memory, grace, trust, functions, routes
      ? [a]                    | 1:3: a key must be a text, not a list
      """)
  void aValueAtTheTopThatIsNotAllowed(String line, String problem) throws Exception {
    assertThat(files.problems(line + "\nfunctions: {}\nroutes: []\n")).containsExactly(problem);
  }

  @Test
  void twoRoutesThatClaimTheSameRequests() throws Exception {
    assertThat(files.problems("""
        functions: {a: {wasm: a.wasm}}
        routes:
          - {path: "/b/{x}", function: a}
          - {path: "/b/{y}", function: a}
          - {path: /b, methods: [GET, PUT], function: a}
          - {path: /b, methods: [POST, PUT], function: a}
          - {path: /b, host: a.example, methods: [PUT], function: a}
          - {path: /b, host: A.example, methods: [PUT], function: a}
        """)).containsExactly(
        "4:12: path: \"/b/{y}\" matches the same requests as the route in line 3",
        "6:12: path: \"/b\" with the method PUT matches the same requests as the route in line 5",
        "8:12: path: \"/b\" with the method PUT matches the same requests as the route in line 7");
  }

  @Test
  void routesThatDifferInHostOrMethodsStandBesideEachOther() throws Exception {
    assertThat(files.problems("""
        functions: {a: {wasm: a.wasm}}
        routes:
          - {path: /b, function: a}
          - {path: /b, methods: [GET], function: a}
          - {path: /b, methods: [POST], function: a}
          - {path: /b, host: example.com, function: a}
          - {path: /b/, function: a}
          - {path: /b/*, function: a}
          - {path: "/{x}", function: a}
        """)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      path: /a//b       | 4:11: path: "/a//b" has an empty segment; a route's path is exact, with {parameter} for a whole segment, and may end in /*
      path: /a/*/b      | 4:11: path: "/a/*/b" has the segment "*"; a route's path is exact, with {parameter} for a whole segment, and may end in /*
      path: /a{b}       | 4:11: path: "/a{b}" has the segment "a{b}"; a route's path is exact, with {parameter} for a whole segment, and may end in /*
      path: /a?b        | 4:11: path: "/a?b" has the segment "a?b"; a route's path is exact, with {parameter} for a whole segment, and may end in /*
      path: /{x}/{x}    | 4:11: path: "/{x}/{x}" has the parameter {x} twice
      path: /a/../b     | 4:11: path: "/a/../b" has the segment "..", which no request has after its dot segments are taken out
      path: /a%20b      | 4:11: path: "/a%20b" is percent-encoded; write the path decoded
      methods: []       | 4:14: methods names none; leave it out for all
      methods: [GET, GET] | 4:14: methods names one twice
      methods: GET      | 4:14: methods must be a list ([a, b], or lines that begin with "- "), not "GET"
      host: a.b:80      | 4:11: host: "a.b:80" has a port; a route's host is without it
      host: a b         | 4:11: host: "a b" is not a host's name; write it like api.example.com
      limit: 0/s        | 4:12: limit: "0/s" is not a rate; write a number from 1 to 1000000 and a time, like 100/s, 10/m or 5/h
      """)
  void aValueOfARouteThatIsNotAllowed(String line, String problem) throws Exception {
    String path = line.startsWith("path") ? "" : "    path: /a\n";
    assertThat(files.problems("functions: {a: {wasm: a.wasm}}\nroutes:\n  - function: a\n    " + line + "\n" + path)).containsExactly(problem);
  }

  @Test
  void aMethodThatIsNoneIsSuggested() throws Exception {
    assertThat(files.problems("functions: {a: {wasm: a.wasm}}\nroutes:\n  - {path: /a, function: a, methods: [get, PSOT]}\n"))
        .hasSize(2).first().asString().startsWith("3:39: methods: \"get\" is not a method (did you mean \"GET\"?); known are GET, HEAD");
  }

  @Test
  void aFunctionThatIsLikeNoneIsMetWithAll() throws Exception {
    assertThat(files.problems("functions: {a: {wasm: a.wasm}, c: {wasm: a.wasm}}\nroutes:\n  - {path: /b, function: b}\n"))
        .containsExactly("3:26: function: there is no function \"b\"; there are a, c");
  }

  @Test
  void aNumberOfRequestsOrNeverOnACommandThatSaysSo() throws Exception {
    String problem = "4:12: fresh: a command ends with its request, so it is always fresh; request and machine are allowed";
    assertThat(files.functionProblems("fresh: never", "handler: wagi")).containsExactly(problem);
    assertThat(files.functionProblems("fresh: 10", "handler: stdout")).containsExactly(problem);
    assertThat(files.functionProblems("fresh: never", "handler: http")).isEmpty();
  }

  @Test
  void aDirectoryOfTheGuestThatIsMappedTwiceOrLiesInAnother() throws Exception {
    assertThat(files.functionProblems("files: {/a: dir}", "scratch: {/a: dir}")).containsExactly("5:15: scratch: \"/a\" is mapped twice");
    assertThat(files.functionProblems("files: {/a: dir}", "scratch: {/a/b: dir}"))
        .containsExactly("5:15: scratch: \"/a/b\" and \"/a\" lie in each other; map directories apart");
    assertThat(files.functionProblems("files: {/: dir, /ab: dir}", "scratch: {/a: dir}")).isEmpty();
  }

  @Test
  void aFunctionThatMayUseMoreThanAllMachinesTogether() throws Exception {
    assertThat(files.problems("memory: 1GiB\nfunctions: {a: {wasm: a.wasm, memory: 2GiB}}\nroutes: []\n")).containsExactly(
        "2:39: memory: the function a may use 2GiB, more than all machines together, which have 1GiB (memory: at the top)");
  }

  @Test
  void argumentsAndEnvironmentThatAreTooLargeToHandOver() throws Exception {
    assertThat(files.functionProblems("args: [" + "x".repeat(32_768) + "]")).containsExactly("4:11: args is 32769 bytes; 32KiB together are allowed");
    assertThat(files.functionProblems("env: {A: " + "x".repeat(32_766) + "}")).containsExactly("4:10: env is 32769 bytes; 32KiB together are allowed");
  }

  @Test
  void aTextThatIsNotYaml() throws Exception {
    assertThat(files.problems("functions:\n  a: [1\nroutes: []\n")).singleElement().asString().startsWith("3:7: not YAML: expected ',' or ']'");
    assertThat(files.problems("a: 1\n\tb: 2\n")).singleElement().asString().startsWith("2:1: not YAML: ");
    assertThat(files.problems("a: 1\nb: \u0001\n")).containsExactly("2:4: not YAML: the character U+0001 is not allowed");
    assertThat(files.problems("a: 1\n---\nb: 2\n")).singleElement().asString().startsWith("2:1: not YAML: ");
    Files.write(files.file(), new byte[] {'a', ':', '\n', 'b', (byte) 0xff});
    assertThatThrownBy(() -> ConfigurationLoader.load(files.file())).hasMessage(files.file() + ":2:2: not UTF-8");
  }

  @Test
  void whatIsMissing() throws Exception {
    assertThat(files.problems("")).containsExactly(
        "1:1: functions is missing: a configuration has listen, functions, routes and more",
        "1:1: routes is missing: a configuration has listen, functions, routes and more");
    assertThat(files.problems("functions:\n  a:\nroutes:\n  - {}\n")).containsExactly(
        "2:3: wasm is missing in the function a: the file to run, relative to this one",
        "4:5: path is missing in the route", "4:5: function is missing in the route");
    assertThat(files.problems("[]")).first().isEqualTo("1:1: a configuration must be a mapping (key: value), not a list");
  }

  @Test
  void aMergedPartIsReadAsIfItStoodThere() throws Exception {
    Configuration c = files.load("functions:\n  a: &f {wasm: a.wasm, timeout: 1s}\n  b: {<<: *f, timeout: 2s}\nroutes: []\n");
    assertThat(c.functions().get("b").timeout()).hasSeconds(2);
  }

  @Test
  void anAnchoredPartThatIsUsedTwiceHasItsProblemsSaidOnce() throws Exception {
    assertThat(files.problems("functions:\n  a: &f {wasm: a.wasm, tmeout: 1s}\n  b: *f\nroutes: []\n"))
        .containsExactly("2:24: unknown key \"tmeout\" (did you mean \"timeout\"?)");
  }

  @Test
  void aProblemFoundLaterIsPutToTheFunctionsFile() throws Exception {
    files.load("functions:\n  a:\n    wasm: a.wasm\nroutes: []\n");
    assertThat(ConfigurationLoader.read(files.file()).problem("a", "truncated")).hasToString(files.file() + ":3:11: truncated");
  }
}
