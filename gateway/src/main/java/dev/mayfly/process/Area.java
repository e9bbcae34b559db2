package dev.mayfly.process;

import dev.mayfly.vm.Exchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An exchange area as a file that gateway and process both map. Belongs to one process at a time; used again only once the process before is gone
 * ({@link Areas}), because the JDK unmaps a buffer no earlier than the garbage collector comes by.
 */
record Area(Path file, ByteBuffer buffer) {
  private static final byte[] ZEROS = new byte[Exchange.SIZE];

  static Area create(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(ZEROS)); // so that a full disk is an error here, and not a signal later
      return new Area(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, Exchange.SIZE));
    }
  }

  /** What its process calls itself. */
  String name() {
    return file.getFileName().toString();
  }

  void clear() {
    buffer.put(0, ZEROS);
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
