package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.function.Cache.Kind;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheTest {
  private static final int ROOMY = 1 << 20;
  private static final int LARGE = 1000;

  @TempDir Path home;
  private Path folder;
  private Cache cache;

  @BeforeEach
  void open() throws IOException {
    folder = home.resolve("cache");
    cache = Cache.open(folder, ROOMY);
  }

  @Test
  void whatWasPutIsFoundAgainWithWhatIsKnownAboutIt() throws IOException {
    put(cache, "k", "content", new JsonObject().put("notes", "n"));
    Cache.Entry found = Cache.open(folder, ROOMY).find(Kind.CODE, "k").orElseThrow();
    assertThat(found.file()).hasContent("content");
    assertThat(found.bytes()).isEqualTo(7);
    assertThat(found.about().getString("notes")).isEqualTo("n");
  }

  @Test
  void whatWasNeverPutIsNotFound() throws IOException {
    assertThat(cache.find(Kind.CODE, "k")).isEmpty();
  }

  @Test
  void kindsDoNotMix() throws IOException {
    put(cache, "k", "content", new JsonObject());
    assertThat(cache.find(Kind.IMAGE, "k")).isEmpty();
  }

  @Test
  void aLaterEntryTakesThePlaceOfAnEarlier() throws IOException {
    put(cache, "k", "old", new JsonObject());
    put(cache, "k", "newer", new JsonObject());
    assertThat(cache.find(Kind.CODE, "k").orElseThrow().file()).hasContent("newer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cOntent", "conten", "content ", ""})
  void aDamagedFileIsNoEntryAndIsRemoved(String damaged) throws IOException {
    Path file = put(cache, "k", "content", new JsonObject());
    Files.writeString(file, damaged);
    assertThat(cache.find(Kind.CODE, "k")).isEmpty();
    assertThat(file).doesNotExist();
    assertThat(names()).containsOnly("lock");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 40})
  void aDamagedRecordIsNoEntry(int at) throws IOException {
    Path file = put(cache, "k", "content", new JsonObject().put("notes", "n"));
    Path record = file.resolveSibling("k.json");
    byte[] bytes = Files.readAllBytes(record);
    bytes[at] ^= 1;
    Files.write(record, bytes);
    assertThat(cache.find(Kind.CODE, "k")).isEmpty();
    assertThat(file).doesNotExist();
  }

  @Test
  void aRecordThatWasCutIsNoEntry() throws IOException {
    Path record = put(cache, "k", "content", new JsonObject()).resolveSibling("k.json");
    Files.write(record, java.util.Arrays.copyOf(Files.readAllBytes(record), 20));
    assertThat(cache.find(Kind.CODE, "k")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", "k.json"})
  void halfAnEntryIsNone(String lost) throws IOException {
    Path file = put(cache, "k", "content", new JsonObject());
    Files.delete(file.resolveSibling(lost));
    assertThat(cache.find(Kind.CODE, "k")).isEmpty();
    put(cache, "k", "again", new JsonObject());
    assertThat(cache.find(Kind.CODE, "k").orElseThrow().file()).hasContent("again");
  }

  @Test
  void aFillerThatFailsLeavesNothingAndTheOldEntryStands() throws IOException {
    put(cache, "k", "old", new JsonObject());
    assertThatThrownBy(() -> cache.<DeployException>put(Kind.CODE, "k", file -> {
      Files.writeString(file, "half");
      throw new DeployException("refused");
    })).isInstanceOf(DeployException.class).hasMessage("refused");
    assertThat(cache.find(Kind.CODE, "k").orElseThrow().file()).hasContent("old");
    assertThat(names()).containsExactlyInAnyOrder("lock", "k", "k.json");
  }

  @Test
  void aFullDiskIsOneLineThatNamesTheFolderAndARemedy() {
    assertThatThrownBy(() -> cache.<RuntimeException>put(Kind.CODE, "k", file -> {
      throw new IOException("No space left on device");
    })).isInstanceOf(Cache.Unusable.class)
        .hasMessage("cannot use the cache folder " + folder + ": No space left on device; free some space, or set MAYFLY_CACHE to another folder");
  }

  @Test
  void aFolderThatIsAFileIsOneLine() throws IOException {
    Path file = Files.createFile(home.resolve("file"));
    assertThatThrownBy(() -> Cache.open(file, ROOMY)).isInstanceOf(Cache.Unusable.class)
        .hasMessageStartingWith("cannot use the cache folder " + file + ": ").hasMessageEndingWith("set MAYFLY_CACHE to another folder")
        .message().doesNotContain("Exception", "\n");
  }

  @Test
  void othersCannotReadTheFolderAndItsFiles() throws IOException {
    Path file = put(cache, "k", "content", new JsonObject());
    assertThat(mode(folder)).isEqualTo("rwx------");
    assertThat(mode(file.getParent())).isEqualTo("rwx------");
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(mode(file.resolveSibling("k.json"))).isEqualTo("rw-------");
    assertThat(mode(folder.resolve("lock"))).isEqualTo("rw-------");
  }

  @Test
  void aFolderThatOthersMayReadIsClosed() throws IOException {
    Files.setPosixFilePermissions(folder.resolve("snapshots"), PosixFilePermissions.fromString("rwxrwxrwx"));
    Cache.open(folder, ROOMY);
    assertThat(mode(folder.resolve("snapshots"))).isEqualTo("rwx------");
  }

  @Test
  void whatWasUsedLongestAgoGoesFirst() throws IOException {
    Cache small = Cache.open(folder, 3 * LARGE);
    for (String key : List.of("a", "b")) {
      small.release(put(small, key, "x".repeat(LARGE), new JsonObject()));
    }
    age("a", 20);
    age("b", 10);
    small.release(small.find(Kind.CODE, "a").orElseThrow().file());
    small.release(put(small, "c", "x".repeat(LARGE), new JsonObject()));
    assertThat(names()).containsExactlyInAnyOrder("lock", "a", "a.json", "c", "c.json");
  }

  @Test
  void whatIsInUseStaysAboveTheLimitUntilItIsReleased() throws IOException {
    Cache small = Cache.open(folder, LARGE);
    Path a = put(small, "a", "x".repeat(LARGE), new JsonObject());
    small.find(Kind.CODE, "a").orElseThrow();
    small.release(put(small, "b", "x".repeat(LARGE), new JsonObject()));
    assertThat(a).exists();
    small.release(a);
    small.release(put(small, "c", "x".repeat(LARGE), new JsonObject()));
    assertThat(a).as("found and put, released once").exists();
    small.release(a);
    small.release(put(small, "d", "x".repeat(LARGE), new JsonObject()));
    assertThat(a).doesNotExist();
  }

  @Test
  void whatACrashLeftIsClearedOnceItIsOld() throws IOException {
    Path kept = put(cache, "k", "content", new JsonObject());
    Path old = Files.writeString(kept.resolveSibling("x.1-2.tmp"), "half");
    Path young = Files.writeString(kept.resolveSibling("y.1-2.tmp"), "half");
    for (Path file : List.of(kept, old)) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    }
    Cache.open(folder, ROOMY);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(kept).exists();
  }

  @Test
  void gatewaysThatShareAFolderNeverSeeHalfAnEntry() throws Exception {
    List<Future<?>> all = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        Cache own = Cache.open(folder, ROOMY);
        all.add(threads.submit(() -> {
          for (int n = 0; n < 20; n++) {
            String content = Integer.toString(n).repeat(n + 1);
            put(own, "shared", content, new JsonObject().put("content", content));
            Cache.Entry entry = own.find(Kind.CODE, "shared").orElseThrow();
            assertThat(entry.bytes()).isEqualTo(entry.about().getString("content").length());
          }
          return null;
        }));
      }
    }
    for (Future<?> one : all) {
      one.get();
    }
    assertThat(names()).containsExactlyInAnyOrder("lock", "shared", "shared.json");
  }

  @Test
  void theFolderIsTheEnvironments() {
    Path user = Path.of("/home/u");
    assertThat(Cache.folder(Map.of(), user)).hasToString("/home/u/.cache/mayfly");
    assertThat(Cache.folder(Map.of("XDG_CACHE_HOME", "/x"), user)).hasToString("/x/mayfly");
    assertThat(Cache.folder(Map.of("XDG_CACHE_HOME", "relative"), user)).hasToString("/home/u/.cache/mayfly");
    assertThat(Cache.folder(Map.of("XDG_CACHE_HOME", "/x", "MAYFLY_CACHE", "/m"), user)).hasToString("/m");
    assertThat(Cache.folder(Map.of("XDG_CACHE_HOME", "", "MAYFLY_CACHE", ""), user)).hasToString("/home/u/.cache/mayfly");
  }

  private static Path put(Cache cache, String key, String content, JsonObject about) throws IOException {
    return cache.<RuntimeException>put(Kind.CODE, key, file -> {
      Files.writeString(file, content);
      return about;
    }).file();
  }

  private void age(String key, int minutes) throws IOException {
    Files.setLastModifiedTime(folder.resolve("code").resolve(key + ".json"), FileTime.from(Instant.now().minus(Duration.ofMinutes(minutes))));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).toList();
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
