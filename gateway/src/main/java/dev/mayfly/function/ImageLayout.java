package dev.mayfly.function;

import dev.mayfly.vm.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where everything lies in an image ({@code abi::image}), and all of its bytes that are neither code nor a file's content. Offsets from the start:
 *
 * <pre>
 * 0x0000  header: "MAYFLY\0\x01", u32 kind, u32 flags, (u64 offset, u64 bytes) of code, settings and index, u64 memory limit
 * 0x1000  code
 *         settings: list of arguments, list of environment strings   from here on at multiples of 16
 *         index of the tree
 *         contents of its files, in the index's order
 *         zeros to the end of the page
 * </pre>
 *
 * Pure: the same code length, settings and tree give the same layout. Immutable.
 */
final class ImageLayout {
  static final int PAGE = 4096;
  /** Bytes an image may have ({@code abi::machine::IMAGE_MAX}). */
  static final long LIMIT = 4L << 30;
  private static final int ALIGNMENT = 16;

  private static final int DIRECTORY = 1;
  private static final int FILE = 2;
  private static final int LINK = 3;

  /** A file's content and where it lies. */
  record Content(long offset, FileTree.Node.File file) {}

  private final byte[] header;
  private final byte[] settings;
  private final byte[] index;
  private final long codeBytes;
  private final List<Content> contents = new ArrayList<>();
  private long end;

  private ImageLayout(long codeBytes, ImageSettings with, FileTree tree) {
    this.codeBytes = codeBytes;
    settings = settings(with);
    // An offset takes eight bytes whatever it is, so the index has the same length wherever the contents begin.
    end = 0;
    long indexBytes = index(tree).length;
    contents.clear();
    end = aligned(indexOffset() + indexBytes, ALIGNMENT);
    index = index(tree);
    header = new GuestBytes().raw(Image.MAGIC).u32(with.kind().number()).u32(with.flags())
        .u64(codeOffset()).u64(codeBytes)
        .u64(settingsOffset()).u64(settings.length)
        .u64(indexOffset()).u64(index.length)
        .u64(with.memoryLimit()).bytes();
  }

  private static byte[] settings(ImageSettings with) {
    GuestBytes out = new GuestBytes().list(with.arguments()).list(with.environment().entrySet().stream().map(ImageLayout::variable).toList());
    if (with.kind() != Kind.COMMAND) {
      out.list(with.variables().entrySet().stream().flatMap(v -> Stream.of(v.getKey(), v.getValue())).toList());
    }
    return out.bytes();
  }

  /** @throws DeployException when it comes out larger than an image may be */
  static ImageLayout of(long codeBytes, ImageSettings settings, FileTree tree) throws DeployException {
    ImageLayout layout = new ImageLayout(codeBytes, settings, tree);
    if (layout.bytes() > LIMIT) {
      throw new DeployException("its code (" + Bytes.text(codeBytes) + ") and files (" + Bytes.text(tree.contentBytes()) + ") make an image larger than "
          + Bytes.text(LIMIT) + "; give it fewer files");
    }
    return layout;
  }

  byte[] header() {
    return header;
  }

  byte[] settings() {
    return settings;
  }

  byte[] index() {
    return index;
  }

  /** By offset. */
  List<Content> contents() {
    return contents;
  }

  long codeOffset() {
    return PAGE;
  }

  long settingsOffset() {
    return aligned(codeOffset() + codeBytes, ALIGNMENT);
  }

  long indexOffset() {
    return aligned(settingsOffset() + settings.length, ALIGNMENT);
  }

  /** Of the whole image: whole pages. */
  long bytes() {
    return aligned(end, PAGE);
  }

  private byte[] index(FileTree tree) {
    GuestBytes out = new GuestBytes().u32(tree.roots().size());
    for (FileTree.Root root : tree.roots()) {
      out.string(root.guest()).u32(root.writable() ? 1 : 0);
      node(out, root.directory());
    }
    return out.bytes();
  }

  private void node(GuestBytes out, FileTree.Node node) {
    switch (node) {
      case FileTree.Node.Directory d -> {
        out.u32(DIRECTORY).u64(d.modified()).u32(d.entries().size());
        for (FileTree.Entry entry : d.entries()) {
          node(out.string(entry.name()), entry.node());
        }
      }
      case FileTree.Node.File f -> {
        out.u32(FILE).u64(f.modified()).u64(end).u64(f.bytes());
        contents.add(new Content(end, f));
        end = aligned(end + f.bytes(), ALIGNMENT);
      }
      case FileTree.Node.Link l -> out.u32(LINK).u64(l.modified()).string(l.target());
    }
  }

  private static String variable(Map.Entry<String, String> variable) {
    return variable.getKey() + "=" + variable.getValue();
  }

  private static long aligned(long value, int to) {
    return (value + to - 1) / to * to;
  }
}
