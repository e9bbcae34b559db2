package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.vm.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {
  private static final ImageSettings SETTINGS = new ImageSettings(List.of("p.wasm", "ä", ""), variables(), 5, 64 << 20);

  @TempDir Path home;
  private Cache cache;
  private Path data;
  private Compiled code;

  @BeforeEach
  void open() throws IOException {
    cache = Cache.open(home.resolve("cache"), 1 << 20);
    data = Files.createDirectory(home.resolve("data"));
    code = code("native code");
  }

  @Test
  void theImageReadsBackAsTheGuestReadsIt() throws Exception {
    Files.writeString(Files.createDirectory(data.resolve("sub")).resolve("b"), "second");
    Files.writeString(data.resolve("a"), "first");
    Files.createFile(data.resolve("empty"));
    Files.createSymbolicLink(data.resolve("link"), Path.of("sub/b"));
    for (Path path : List.of(data.resolve("sub/b"), data.resolve("sub"), data.resolve("a"), data.resolve("empty"), data)) {
      Files.setLastModifiedTime(path, FileTime.fromMillis(3));
    }
    FileTree read = TreeReader.read(List.of(new Preopen("/data", data, false), new Preopen("/work", data.resolve("sub"), true)), TreeReader.Limits.DEFAULT);
    Image image = images().image(code, SETTINGS, read);
    ParsedImage parsed = new ParsedImage(image.file());
    assertThat(parsed.flags).isEqualTo(5);
    assertThat(parsed.codeOffset).isEqualTo(4096);
    assertThat(parsed.code).asString().isEqualTo("native code");
    assertThat(parsed.arguments).containsExactly("p.wasm", "ä", "");
    assertThat(parsed.environment).containsExactly("B=2", "A=1=1");
    assertThat(parsed.memoryLimit).isEqualTo(64 << 20);
    assertThat(parsed.tree).map(line -> line.replaceFirst("(link) @\\d+", "$1")).containsExactly("/data read-only @3000000 directory of 4",
        "/data/a @3000000 file: first", "/data/empty @3000000 file: ", "/data/link link: sub/b", "/data/sub @3000000 directory of 1",
        "/data/sub/b @3000000 file: second", "/work writable @3000000 directory of 1", "/work/b @3000000 file: second");
  }

  @Test
  void itsHeaderIsTheGuestsToTheByte() throws Exception {
    Image image = images().image(code, new ImageSettings(List.of("p"), Map.of(), Image.REQUEST_TREE | Image.ARGS_FROM_REQUEST, 0x1234567), FileTree.EMPTY);
    byte[] block = Files.readAllBytes(image.file());
    assertThat(HexFormat.of().formatHex(block, 0, 0x48)).isEqualTo("4d4159464c590001" + "01000000" + "05000000"
        + "0010000000000000" + "0b00000000000000" + "1010000000000000" + "0d00000000000000" + "2010000000000000" + "0400000000000000" + "6745230100000000");
    assertThat(HexFormat.of().formatHex(block, 0x1010, 0x1024)).isEqualTo("010000000100000070" + "00000000" + "000000" + "00000000");
    assertThat(block).hasSize(8192);
  }

  @Test
  void itsNameIsTheSha256OfItsBytes() throws Exception {
    Image image = images().image(code, SETTINGS, FileTree.EMPTY);
    assertThat(image.sha256()).isEqualTo(Sha256.of(Files.readAllBytes(image.file())));
    assertThat(image.bytes()).isEqualTo(Files.size(image.file()));
    assertThat(image.memoryLimit()).isEqualTo(64 << 20);
  }

  @Test
  void codeOfManyPagesAndContentsLargerThanABufferComeThroughWhole() throws Exception {
    String large = "0123456789".repeat(60_000);
    Files.writeString(data.resolve("large"), large);
    Compiled big = code("c".repeat(300_001));
    ParsedImage parsed = new ParsedImage(images().image(big, SETTINGS, read()).file());
    assertThat(parsed.code).hasSize(300_001).containsOnly('c');
    assertThat(parsed.tree.getLast()).endsWith(" file: " + large);
  }

  @Test
  void theSameImageIsWrittenOnce() throws Exception {
    Files.writeString(data.resolve("f"), "text");
    Images images = images();
    Image first = images.image(code, SETTINGS, read());
    Object written = Files.getAttribute(first.file(), "unix:ino");
    assertThat(images.image(code, SETTINGS, read())).isSameAs(first);
    assertThat(images().image(code, SETTINGS, read())).as("after a restart").isEqualTo(first);
    assertThat(Files.getAttribute(first.file(), "unix:ino")).isEqualTo(written);
  }

  @Test
  void anythingThatGoesIntoItMakesItAnother() throws Exception {
    Path file = Files.writeString(data.resolve("f"), "text");
    FileTime time = FileTime.fromMillis(1);
    Files.setLastModifiedTime(file, time);
    Images images = images();
    String first = images.image(code, SETTINGS, read()).sha256();
    assertThat(images.image(code("other code!"), SETTINGS, read()).sha256()).isNotEqualTo(first);
    assertThat(images.image(code, new ImageSettings(SETTINGS.arguments(), SETTINGS.environment(), 5, 1), read()).sha256()).isNotEqualTo(first);
    Files.writeString(file, "TEXT");
    Files.setLastModifiedTime(file, time);
    assertThat(images.image(code, SETTINGS, read()).sha256()).as("same length and time").isNotEqualTo(first);
  }

  @Test
  void aDamagedImageIsWrittenAnew() throws Exception {
    Image first = images().image(code, SETTINGS, FileTree.EMPTY);
    byte[] bytes = Files.readAllBytes(first.file());
    bytes[5000] ^= 1;
    Files.write(first.file(), bytes);
    Image second = images().image(code, SETTINGS, FileTree.EMPTY);
    assertThat(Sha256.of(Files.readAllBytes(second.file()))).isEqualTo(first.sha256());
  }

  @Test
  void anImageInUseIsNotEvicted() throws Exception {
    Cache small = Cache.open(home.resolve("small"), 1);
    Images images = new Images(small);
    Image first = images.image(code, SETTINGS, FileTree.EMPTY);
    Image second = images.image(code("other code!"), SETTINGS, FileTree.EMPTY);
    assertThat(first.file()).exists();
    assertThat(second.file()).exists();
    java.lang.ref.Reference.reachabilityFence(first);
  }

  @Test
  void aFileThatShrinksOrGoesAfterTheTreeWasReadIsNamed() throws Exception {
    Path file = Files.writeString(data.resolve("f"), "text");
    FileTree tree = read();
    Files.writeString(file, "t");
    assertThatThrownBy(() -> images().image(code, SETTINGS, tree)).isInstanceOf(DeployException.class)
        .hasMessage(file.toRealPath() + " got shorter while it was read; deploy again");
    Path real = file.toRealPath();
    Files.delete(file);
    assertThatThrownBy(() -> images().image(code, SETTINGS, tree)).isInstanceOf(DeployException.class)
        .hasMessage(real + " cannot be read: it does not exist");
  }

  @Test
  void aFileThatBecameALinkIsNotFollowed() throws Exception {
    Path file = Files.writeString(data.resolve("f"), "text");
    FileTree tree = read();
    Files.delete(file);
    Files.createSymbolicLink(file, Files.writeString(home.resolve("secret"), "secret"));
    assertThatThrownBy(() -> images().image(code, SETTINGS, tree)).isInstanceOf(DeployException.class).hasMessageContaining("cannot be read");
  }

  @Test
  void moreThanAnImageHoldsIsRefused() {
    FileTree tree = new FileTree(List.of(new FileTree.Root("/data", false, new FileTree.Node.Directory(0,
        List.of(new FileTree.Entry("f".getBytes(StandardCharsets.UTF_8), new FileTree.Node.File(0, data, 4L << 30)))))), List.of(), 4L << 30);
    assertThatThrownBy(() -> ImageLayout.of(11, SETTINGS, tree)).isInstanceOf(DeployException.class).hasMessageContainingAll("11 bytes", "4GiB");
  }

  private Images images() {
    return new Images(cache);
  }

  private FileTree read() throws DeployException {
    return TreeReader.read(List.of(new Preopen("/data", data, false)), TreeReader.Limits.DEFAULT);
  }

  private Compiled code(String content) throws IOException {
    String key = Sha256.of(content.getBytes(StandardCharsets.UTF_8));
    Path file = Files.writeString(home.resolve(key), content);
    return new Compiled(key, file, Files.size(file), "command", 1, 0, List.of(), false);
  }

  private static Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("B", "2");
    variables.put("A", "1=1");
    return variables;
  }
}
