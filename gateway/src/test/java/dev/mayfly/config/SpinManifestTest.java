package dev.mayfly.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mayfly.config.Configuration.Function;
import dev.mayfly.config.Configuration.Handler;
import dev.mayfly.config.Configuration.Route;
import dev.mayfly.config.Configuration.SpinTrigger;
import dev.mayfly.config.ConfigurationLoader.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Spin manifest is served as Spin would, or it is said why not. */
class SpinManifestTest {
  private static final String HEAD = """
      spin_manifest_version = 2
      [application]
      name = "test"
      [[trigger.http]]
      route = "/..."
      component = "a"
      [component.a]
      source = "a.wasm"
      """;

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void write() throws IOException {
    new ConfigurationFiles(folder);
  }

  private Loaded load(String toml) throws IOException, ConfigurationException {
    Path file = Files.writeString(folder.resolve("spin.toml"), toml);
    return ConfigurationLoader.read(file, new HostMemory(folder.resolve("root")), environment);
  }

  private Function component(String lines) throws IOException, ConfigurationException {
    return load(HEAD + lines).configuration().functions().get("a");
  }

  private List<String> problems(String toml) throws IOException {
    try {
      load(toml);
      return List.of();
    } catch (ConfigurationException e) {
      return lines(e.problems());
    }
  }

  private List<String> lines(List<Problem> problems) {
    return problems.stream().map(p -> p.toString().substring(folder.resolve("spin.toml").toString().length() + 1)).toList();
  }

  private static void file(Path path) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, path.getFileName().toString());
  }

  /** The files that the guest sees below {@code /}. */
  private static List<String> guestFiles(Function function) throws IOException {
    assertThat(function.preopens()).containsExactly("/");
    Path root = function.files().get("/");
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(Files::isRegularFile).map(p -> root.relativize(p).toString()).sorted().toList();
    }
  }

  @Test
  void aWholeManifestIsAConfiguration() throws Exception {
    Loaded loaded = load("""
        spin_manifest_version = 2

        [application]
        name = "shop"
        version = "1.0.0"
        authors = ["A <a@example.com>"]
        [application.tool.lint]
        level = "high"

        [variables]
        region = { default = "eu" }
        key = { required = false, default = "k", secret = true }

        [[trigger.http]]
        id = "users"
        route = "/users/:id/..."
        component = "users"

        [[trigger.http]]
        route = "/"
        component = "front"
        executor = { type = "wagi" }

        [component.users]
        source = "a.wasm"
        description = "all of them"
        environment = { GREETING = "hi", B = "2" }
        allowed_outbound_hosts = ["https://api.{{ region }}.example.com", "http://localhost:3000"]
        key_value_stores = ["default"]
        [component.users.variables]
        url = "https://{{region}}.example.com/{{ key }}"
        [component.users.build]
        command = "make"
        watch = ["src/**"]

        [component.front]
        source = "a.wasm"
        """);
    assertThat(loaded.notes()).isEmpty();
    Configuration c = loaded.configuration();
    assertThat(c.listen()).isEqualTo(Defaults.LISTEN);
    assertThat(c.routes()).extracting(Route::path, Route::function).containsExactly(
        tuple("/users/{id}/*", "users"), tuple("/", "front"));
    assertThat(c.routes()).extracting(Route::spin).containsExactly(Optional.of(new SpinTrigger("/users/:id/...", "/users/:id/...")),
        Optional.of(new SpinTrigger("/", "/")));
    assertThat(c.application()).isEqualTo("shop");
    assertThat(c.functions().get("users").stores()).containsExactly("default");
    assertThat(c.functions().get("front").stores()).as("a component opens only the stores that it names").isEmpty();
    Function users = c.functions().get("users");
    assertThat(users.wasm()).isEqualTo(folder.resolve("a.wasm"));
    assertThat(users.env()).containsOnly(Map.entry("B", "2"), Map.entry("GREETING", "hi"));
    assertThat(users.variables()).containsExactly(Map.entry("url", "https://eu.example.com/k"));
    assertThat(users.outbound()).containsExactly("https://api.eu.example.com", "http://localhost:3000");
    assertThat(users.fresh()).isEqualTo(Defaults.FRESH);
    assertThat(users.handler()).isEqualTo(Handler.AUTO);
    assertThat(users.files()).isEmpty();
    assertThat(c.functions().get("front").handler()).isEqualTo(Handler.WAGI);
    assertThat(loaded.problem("users", "broken").toString()).contains("spin.toml:25:10: broken");
  }

  @Test
  void allProblemsAreSaidAtOnceInTheOrderOfTheFile() throws Exception {
    assertThat(problems("""
        spin_manifest_version = 2
        [application]
        nam = "test"
        [variables]
        token = { required = true }
        both = { required = true, default = "x" }
        none = {}
        [[trigger.http]]
        route = "/a/.../b"
        component = "a"
        [[trigger.http]]
        route = "/b"
        component = "users"
        [[trigger.http]]
        route = "/c"
        static_response = { status_code = 404 }
        [component.a]
        source = "b.wasm"
        enviroment = { A = "1" }
        variables = { x = "{{ tokn }}", y = "{{ token" }
        allowed_outbound_hosts = ["*://*:*", "http://x:*"]
        [component.user]
        source = { url = "https://example.com/a.wasm", digest = "sha256:00" }
        [component.build]
        source = "gone.wasm"
        build.command = "make"
        """)).containsExactly(
        "2:1: name is missing in application",
        "3:1: unknown key \"nam\" (did you mean \"name\"?)",
        "5:1: the variable token is required and has no value; set SPIN_VARIABLE_TOKEN in the environment",
        "6:1: the variable both is required and has a default; leave one of them out",
        "7:1: the variable none has neither a default nor required = true; write one of them",
        "9:9: route: \"/a/.../b\" has \"...\" before its end; it may stand as the last segment only",
        "13:13: component: there is no component \"users\" (did you mean \"user\"?)",
        "16:19: static_response: a route of Mayfly leads to a function; take this trigger out, or give it a component",
        "18:10: source: no such file: b.wasm (looked for " + folder.resolve("b.wasm") + ")",
        "19:1: unknown key \"enviroment\" (did you mean \"environment\"?)",
        "20:19: variables.x: there is no variable \"tokn\" (did you mean \"token\"?)",
        "20:37: variables.y: \"{{ token\" has \"{{\" without \"}}\"",
        "21:27: allowed_outbound_hosts: \"*://*:*\" allows every host, which Mayfly does not; name the hosts, like https://api.example.com or https://*.example.com",
        "21:38: allowed_outbound_hosts: \"http://x:*\" has the port \"*\"; write one port from 1 to 65535 in each entry, or none for the scheme's own",
        "23:10: source: Mayfly fetches no components; download it, and write the path of the file",
        "25:10: source: no such file: gone.wasm (looked for " + folder.resolve("gone.wasm") + "); build it first: spin build");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "spin_manifest_version = \"1\" | 1:25: spin_manifest_version: this is a manifest of version 1; Mayfly understands version 2; turn it into one with: spin doctor",
      "spin_manifest_version = 1 | 1:25: spin_manifest_version: this is a manifest of version 1; Mayfly understands version 2; turn it into one with: spin doctor",
      "spin_manifest_version = 3 | 1:25: spin_manifest_version: \"3\" is not a version that Mayfly understands, which is 2",
      "name = \"x\" | 1:1: spin_manifest_version is missing: a file whose name ends in .toml is taken for a Spin manifest, which begins with spin_manifest_version = 2",
  })
  void otherManifestsAreRefusedWithThatSentenceAlone(String toml, String problem) throws Exception {
    assertThat(problems(toml + "\n[[component]]\nid = \"a\"\n")).containsExactly(problem);
  }

  @Test
  void whatIsNotTomlIsSaidWithItsPlace() throws Exception {
    assertThat(problems("spin_manifest_version = 2\na = \n")).singleElement().asString().startsWith("2:5: not TOML: ");
    assertThat(problems("a = 1\na = 2\n")).singleElement().asString().startsWith("2:1: not TOML: ");
  }

  @Test
  void aManifestWithoutHttpTriggersIsRefused() throws Exception {
    assertThat(problems("""
        spin_manifest_version = 2
        application.name = "x"
        [[trigger.redis]]
        channel = "x"
        component = "a"
        [component.a]
        source = "a.wasm"
        """)).containsExactly("3:1: there is no HTTP trigger to serve; write [[trigger.http]] with route and component");
  }

  @ParameterizedTest
  @CsvSource({"/..., /*", "/, /", "/a, /a", "/a/, /a/", "/a/:b, /a/{b}", "/a/:b/c/..., /a/{b}/c/*", "a/..., /a/*"})
  void routesMatchWhatTheyMatchUnderSpin(String route, String path) throws Exception {
    assertThat(load(HEAD.replace("\"/...\"", '"' + route + '"')).configuration().routes()).extracting(Route::path).containsExactly(path);
  }

  @ParameterizedTest
  @CsvSource({"/a/:1, a parameter is", "/a/*, is written \"/...\"", "/{a}, is written :name", "/a//b, an empty segment", "/:a/:a, twice"})
  void routesThatCannotBeAreRefused(String route, String why) throws Exception {
    assertThat(problems(HEAD.replace("\"/...\"", '"' + route + '"'))).singleElement().asString().startsWith("5:9: route: ").contains(why);
  }

  @Test
  void routesThatClaimTheSameAreRefused() throws Exception {
    assertThat(problems(HEAD + "[[trigger.http]]\nroute = \"/...\"\ncomponent = \"a\"\n")).containsExactly(
        "10:9: path: \"/*\" matches the same requests as the route in line 5");
  }

  @Test
  void theBaseStandsBeforeEveryRoute() throws Exception {
    assertThat(load(HEAD + "[application.trigger.http]\nbase = \"/shop/\"\n").configuration().routes()).extracting(Route::path).containsExactly("/shop/*");
  }

  @Test
  void whatIsLeftOutIsNoted() throws Exception {
    Loaded loaded = load(HEAD + """
        allowed_outbound_hosts = ["redis://localhost:6379", "http://self", "https://example.com"]
        key_value_stores = ["default", "mine"]
        sqlite_databases = ["default"]
        [[trigger.http]]
        route = { private = true }
        component = "a"
        [[trigger.redis]]
        channel = "c"
        component = "a"
        """);
    assertThat(loaded.configuration().routes()).hasSize(1);
    assertThat(loaded.configuration().functions().get("a").outbound()).containsExactly("https://example.com");
    assertThat(lines(loaded.notes())).containsExactly(
        "9:27: note: \"redis://localhost:6379\" is left out: functions make outgoing calls by http and https only",
        "9:53: note: \"http://self\" is left out: components do not call one another within the application; they call a URL of this gateway",
        "10:32: note: the store \"mine\" is kept where \"default\" is: in Redis, or in this process; a runtime configuration is not read",
        "11:20: note: sqlite_databases is left out: functions have none",
        "13:21: note: the component a has a private route, which is left out: it is for other components, and they do not call one another here",
        "15:1: note: trigger.redis is left out: Mayfly serves HTTP triggers");
  }

  @ParameterizedTest
  @CsvSource({
      "https://api.example.com, https://api.example.com",
      "https://*.example.com:443, https://*.example.com:443",
      "http://localhost:3000, http://localhost:3000",
      "*://example.com, http://example.com https://example.com",
      "*://10.0.0.1:8080/, http://10.0.0.1:8080 https://10.0.0.1:8080",
      "https://[::1]:8443, https://[::1]:8443",
  })
  void hostsToCallAreOrigins(String host, String origins) throws Exception {
    assertThat(component("allowed_outbound_hosts = [\"" + host + "\"]\n").outbound()).containsExactly(origins.split(" "));
  }

  @ParameterizedTest
  @CsvSource({"insecure:allow-all", "*://*:*", "https://*", "http://x:1..9", "example.com", "https://example.com/path", "https://a.*.com", "http://10.0.0.0/8"})
  void hostsThatCannotBeSaidAreRefused(String host) throws Exception {
    assertThat(problems(HEAD + "allowed_outbound_hosts = [\"" + host + "\"]\n")).singleElement().asString()
        .startsWith("9:27: allowed_outbound_hosts: \"");
  }

  @Test
  void theEnvironmentGivesVariablesTheirValues() throws Exception {
    environment.put("SPIN_VARIABLE_API_TOKEN", "secret");
    environment.put("SPIN_VARIABLE_REGION", "us");
    assertThat(component("""
        variables = { token = "{{ api_token }}", where = "<{{ region }}|{{region}}>", plain = "a } b" }
        [variables]
        api_token = { required = true, secret = true }
        region = { default = "eu" }
        """).variables()).containsOnly(Map.entry("token", "secret"), Map.entry("where", "<us|us>"), Map.entry("plain", "a } b"));
  }

  @Test
  void patternsKeepTheirPathsAndExclusionsReachDeep() throws Exception {
    for (String path : List.of("img/a.png", "img/b.txt", "img/deep/c.png", "docs/x.md", "docs/sub/y.md", "docs/sub/.z", "one.txt", "secret/k.png", "img/deep/no.png")) {
      file(folder.resolve(path));
    }
    assertThat(guestFiles(component("files = [\"img/*.png\", \"docs\", \"one.txt\"]\n"))).containsExactly("docs/sub/.z", "docs/sub/y.md", "docs/x.md", "img/a.png", "one.txt");
    assertThat(guestFiles(component("files = [\"**/*.png\"]\nexclude_files = [\"secret/*\", \"img/*/n?.png\"]\n")))
        .containsExactly("img/a.png", "img/deep/c.png");
    assertThat(guestFiles(component("files = [\"img/[!b].*\"]\n"))).containsExactly("img/a.png");
  }

  @Test
  void placedFilesAndFoldersLieWhereTheyWerePut() throws Exception {
    for (String path : List.of("site/index.html", "site/css/a.css", "conf/x.json")) {
      file(folder.resolve(path));
    }
    Function function = component("""
        files = [{ source = "site", destination = "/" }, { source = "site/css", destination = "styles/" }, { source = "conf/x.json", destination = "/etc/c.json" }]
        """);
    assertThat(guestFiles(function)).containsExactly("css/a.css", "etc/c.json", "index.html", "styles/a.css");
    assertThat(function.files().get("/").resolve("etc/c.json")).hasContent("x.json");
  }

  @Test
  void oneFolderAtTheRootIsTakenAsItIs() throws Exception {
    file(folder.resolve("site/index.html"));
    assertThat(component("files = [{ source = \"site\", destination = \"/\" }]\n").files()).containsExactly(Map.entry("/", folder.resolve("site")));
  }

  @Test
  void filesGatheredTwiceAreTheSame() throws Exception {
    file(folder.resolve("img/a.png"));
    String files = "files = [\"img/*\"]\n";
    Path first = component(files).files().get("/");
    Path second = component(files).files().get("/");
    assertThat(second).isNotEqualTo(first);
    for (String path : List.of("", "img", "img/a.png")) {
      assertThat(Files.getLastModifiedTime(second.resolve(path))).isEqualTo(Files.getLastModifiedTime(first.resolve(path)));
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "\"../x\" | is not in the application's folder",
      "\"gone\" | no such file or folder: gone",
      "\"*.gone\" | matches no file",
      "\"[a\" | has \"[\" without \"]\"",
      "{ source = \"a.wasm\", destination = \"/x/\" } | must name the file",
      "{ source = \"a.wasm\", destination = \"/../x\" } | must not have empty",
      "{ source = \"a.wasm\", destination = \"/tmp/x\" } | /tmp is the gateway's own",
      "{ source = \"a.wasm\" } | destination is missing",
      "{ sorce = \"a.wasm\", destination = \"/x\" } | source is missing",
  })
  void filesThatCannotBeAreRefused(String entry, String why) throws Exception {
    assertThat(problems(HEAD + "files = [" + entry + "]\n")).anySatisfy(p -> assertThat(p).startsWith("9:").contains(why));
  }

  @Test
  void whatSpinHasNoWordForStandsInTheTablesForTools() throws Exception {
    Configuration c = load(HEAD + """
        tool.mayfly = { memory = "256MiB", concurrency = 5, limits = { response = "1MiB" } }
        tool.other = { x = 1 }
        [application.tool.mayfly]
        listen = "127.0.0.1:3000"
        """).configuration();
    assertThat(c.listen()).isEqualTo(new Configuration.Address("127.0.0.1", 3000));
    assertThat(c.functions().get("a").memory()).isEqualTo(256L << 20);
    assertThat(c.functions().get("a").concurrency()).isEqualTo(5);
    assertThat(c.functions().get("a").limits().response()).isEqualTo(1 << 20);
    assertThat(problems(HEAD + "[component.a.tool.mayfly]\nmemry = \"1MiB\"\ntimeout = \"soon\"\n")).containsExactly(
        "10:1: unknown key \"memry\" (did you mean \"memory\"?)",
        "11:11: timeout: \"soon\" is not a time; write a number and a unit, like 250ms, 2s, 1m or 1h");
    assertThat(problems(HEAD + "[component.a.tool.mayfly]\nenv = {}\n[application.tool.mayfly]\nroutes = []\n")).containsExactly(
        "10:1: env: a manifest says this as environment", "12:1: routes: a manifest says this as [[trigger.http]]");
  }

  @Test
  void componentsThatSpinWouldComposeAreRefused() throws Exception {
    assertThat(problems(HEAD + "allowed_http_hosts = [\"x.com\"]\n[component.a.dependencies]\n\"a:b\" = { path = \"b.wasm\" }\n")).satisfiesExactly(
        p -> assertThat(p).startsWith("9:22: allowed_http_hosts"), p -> assertThat(p).startsWith("10:1: dependencies: "));
  }
}
