package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.function.FileTree.Node;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeReaderTest {
  @TempDir Path host;

  @Test
  void filesAndFoldersAreReadWithSizesAndTimesToTheNanosecond() throws Exception {
    Path file = Files.writeString(Files.createDirectory(host.resolve("sub")).resolve("f"), "12345");
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_700_000_000L, 123_456_789)));
    Files.setLastModifiedTime(host, FileTime.from(Instant.ofEpochSecond(7, 1)));
    FileTree tree = read(host);
    Node.Directory root = tree.roots().getFirst().directory();
    assertThat(root.modified()).isEqualTo(7_000_000_001L);
    Node.Directory sub = (Node.Directory) root.entries().getFirst().node();
    assertThat(sub.entries().getFirst().node()).isEqualTo(new Node.File(1_700_000_000_123_456_789L, file.toRealPath(), 5));
    assertThat(tree.contentBytes()).isEqualTo(5);
    assertThat(tree.notes()).isEmpty();
  }

  @Test
  void aTimeBeforeTheEpochIsTheEpoch() throws Exception {
    Files.setLastModifiedTime(host, FileTime.from(Instant.ofEpochSecond(-5)));
    assertThat(read(host).roots().getFirst().directory().modified()).isZero();
  }

  @Test
  void namesAreSortedByTheirBytesUnsigned() throws Exception {
    for (String name : List.of("b", "B", "a", "a.b", "ä", "z", "\uD83D\uDE00", "\uFF5E")) {
      Files.createFile(host.resolve(name));
    }
    assertThat(names(read(host))).containsExactly("B", "a", "a.b", "b", "z", "ä", "\uFF5E", "\uD83D\uDE00");
  }

  @Test
  void aNameThatIsNoTextKeepsItsBytes() throws Exception {
    Files.createFile(Path.of(URI.create(host.toUri() + "a%FFb%25")));
    assertThat(read(host).roots().getFirst().directory().entries().getFirst().name()).containsExactly('a', 0xff, 'b', '%');
  }

  @Test
  void linksAreCarriedAsLinksWhereverTheyLead() throws Exception {
    Files.createSymbolicLink(host.resolve("absolute"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(host.resolve("dangling"), Path.of("../nowhere"));
    Files.createSymbolicLink(host.resolve("loop"), Path.of("."));
    Files.createSymbolicLink(host.resolve("text"), Path.of("ü/ö"));
    Files.createSymbolicLink(host.resolve("bytes"), Path.of(URI.create("file:///%FF/b")));
    FileTree tree = read(host);
    assertThat(tree.notes()).isEmpty();
    assertThat(tree.roots().getFirst().directory().entries().stream()
        .map(e -> text(e.name()) + " -> " + new String(((Node.Link) e.node()).target(), StandardCharsets.ISO_8859_1)))
        .containsExactly("absolute -> /etc/passwd", "bytes -> /\u00ff/b", "dangling -> ../nowhere", "loop -> .",
            "text -> " + new String("ü/ö".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
  }

  @Test
  void thePreopenedFolderItselfMayBeALink() throws Exception {
    Path real = Files.createDirectory(host.resolve("real"));
    Files.createFile(real.resolve("f"));
    assertThat(names(read(Files.createSymbolicLink(host.resolve("link"), real)))).containsExactly("f");
  }

  @Test
  void aSocketIsLeftOutWithANote() throws Exception {
    Files.createFile(host.resolve("f"));
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(host.resolve("s")));
      FileTree tree = read(host);
      assertThat(names(tree)).containsExactly("f");
      assertThat(tree.notes()).containsExactly("files /data: " + host.toRealPath().resolve("s") + " is left out: it is a socket, a pipe or a device");
    }
  }

  @Test
  void rootsStayInTheirOrder() throws Exception {
    FileTree tree = TreeReader.read(List.of(new Preopen("/z", host, true), new Preopen("/a", host, false)), TreeReader.Limits.DEFAULT);
    assertThat(tree.roots()).extracting(FileTree.Root::guest, FileTree.Root::writable)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("/z", true), org.assertj.core.groups.Tuple.tuple("/a", false));
  }

  @Test
  void aFolderThatIsMissingOrAFileIsNamed() throws IOException {
    Path missing = host.resolve("missing");
    assertThatThrownBy(() -> read(missing)).isInstanceOf(DeployException.class).hasMessage("files /data: " + missing + " cannot be read: it does not exist");
    Path file = Files.createFile(host.resolve("f"));
    assertThatThrownBy(() -> TreeReader.read(List.of(new Preopen("/w", file, true)), TreeReader.Limits.DEFAULT))
        .hasMessage("scratch /w: " + file + " is not a folder; name the folder that holds it");
  }

  @Test
  void limitsAreToldWithTheirValues() throws IOException {
    Files.writeString(Files.createDirectories(host.resolve("a/b")).resolve("f"), "x".repeat(2048));
    assertThatThrownBy(() -> read(host, new TreeReader.Limits(2, 9, 9999))).hasMessage("files /data: " + host + " takes the function's files above 2, the most there may be");
    assertThatThrownBy(() -> read(host, new TreeReader.Limits(9, 2, 9999))).hasMessageEndingWith("a/b lies more than 2 folders deep");
    assertThatThrownBy(() -> read(host, new TreeReader.Limits(9, 9, 1024))).hasMessage("files /data: " + host + " takes the function's files above 1KiB, the most there may be");
  }

  private static FileTree read(Path host) throws DeployException {
    return read(host, TreeReader.Limits.DEFAULT);
  }

  private static FileTree read(Path host, TreeReader.Limits limits) throws DeployException {
    return TreeReader.read(List.of(new Preopen("/data", host, false)), limits);
  }

  private static List<String> names(FileTree tree) {
    return tree.roots().getFirst().directory().entries().stream().map(e -> text(e.name())).collect(Collectors.toList());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
