package dev.mayfly.function;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes an image in one pass from its start to its end. Used once, by one thread; blocks. */
final class ImageWriter {
  private static final int BUFFER = 1 << 18;

  private final Sha256 whole = new Sha256();
  private final byte[] buffer = new byte[BUFFER];
  private final OutputStream out;
  private long at;

  private ImageWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * What was written.
   *
   * @param sha256 of the image
   * @param contents as {@link #contents} has it: differs when files have changed since
   */
  record Written(String sha256, String contents) {}

  /** A name for the contents of a layout's files as they are now. */
  static String contents(ImageLayout layout) throws DeployException {
    Sha256 sha = new Sha256();
    byte[] buffer = new byte[BUFFER];
    for (ImageLayout.Content content : layout.contents()) {
      try (InputStream in = open(content.file())) {
        for (long left = content.file().bytes(); left > 0; ) {
          int n = read(in, buffer, left, content.file());
          sha.raw(buffer, 0, n);
          left -= n;
        }
      } catch (IOException e) {
        throw unreadable(content.file(), e);
      }
    }
    return sha.hex();
  }

  /** @throws IOException when {@code to} cannot be written, or the code not read */
  static Written write(ImageLayout layout, Path code, Path to) throws IOException, DeployException {
    try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      return new ImageWriter(out).write(layout, code);
    }
  }

  private Written write(ImageLayout layout, Path code) throws IOException, DeployException {
    put(layout.header());
    padTo(layout.codeOffset());
    try (InputStream in = Files.newInputStream(code)) {
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        put(buffer, n);
      }
    }
    padTo(layout.settingsOffset());
    put(layout.settings());
    padTo(layout.indexOffset());
    put(layout.index());
    Sha256 contents = new Sha256();
    for (ImageLayout.Content content : layout.contents()) {
      padTo(content.offset());
      copy(content.file(), contents);
    }
    padTo(layout.bytes());
    return new Written(whole.hex(), contents.hex());
  }

  private void copy(FileTree.Node.File file, Sha256 contents) throws IOException, DeployException {
    try (InputStream in = open(file)) {
      for (long left = file.bytes(); left > 0; ) {
        int n = read(in, buffer, left, file);
        contents.raw(buffer, 0, n);
        put(buffer, n);
        left -= n;
      }
    }
  }

  /** Opens a file that was regular when the tree was read; should it be a link by now, it is not followed. */
  private static InputStream open(FileTree.Node.File file) throws DeployException {
    try {
      return Files.newInputStream(file.source(), LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static int read(InputStream in, byte[] into, long left, FileTree.Node.File file) throws DeployException {
    try {
      int n = in.read(into, 0, (int) Math.min(into.length, left));
      if (n <= 0) {
        throw new DeployException(file.source() + " got shorter while it was read; deploy again");
      }
      return n;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static DeployException unreadable(FileTree.Node.File file, IOException e) {
    return new DeployException(file.source() + " cannot be read: " + HostFile.reason(e), e);
  }

  private void put(byte[] bytes) throws IOException {
    out.write(bytes);
    whole.raw(bytes, 0, bytes.length);
    at += bytes.length;
  }

  private void put(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
    whole.raw(bytes, 0, length);
    at += length;
  }

  /** Zeros up to an offset; less than a page of them. */
  private void padTo(long offset) throws IOException {
    if (offset < at) {
      throw new IOException("the code has grown to more than " + offset + " bytes while it was read");
    }
    put(new byte[Math.toIntExact(offset - at)]);
  }
}
