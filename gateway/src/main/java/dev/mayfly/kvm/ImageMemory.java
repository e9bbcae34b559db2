package dev.mayfly.kvm;

import dev.mayfly.vm.Image;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * A function's image in memory, read from its file once: a large one in 2 MiB pages, slot 3 of all its machines; a small one is copied into each. Counted: the mapping
 * goes when the last snapshot and the last machine have gone. Any thread.
 */
final class ImageMemory {
  private static final long CHUNK = 1L << 30;

  /** The images of one engine, by name. */
  static final class Shelf {
    private final Map<String, ImageMemory> images = new HashMap<>();
    private final Reaper reaper;
    private long loads;

    Shelf(Reaper reaper) {
      this.reaper = reaper;
    }

    /** The image, counted for the caller, who is to {@link #release} it. Reads the file if nobody holds it. */
    synchronized ImageMemory take(Image image) throws IOException {
      ImageMemory known = images.get(image.sha256());
      if (known == null) {
        known = new ImageMemory(this, image.sha256(), read(image));
        loads++;
        images.put(image.sha256(), known);
      }
      known.holders++;
      return known;
    }

    /** How many were read. */
    synchronized long loads() {
      return loads;
    }

    private synchronized void retain(ImageMemory image) {
      image.holders++;
    }

    private synchronized void drop(ImageMemory image) {
      if (--image.holders == 0) {
        images.remove(image.name);
        reaper.later(image.memory);
      }
    }

    private static GuestMemory read(Image image) throws IOException {
      try (FileChannel file = FileChannel.open(image.file(), StandardOpenOption.READ)) {
        long bytes = image.bytes();
        if (file.size() != bytes || bytes <= 0 || bytes > MachineMap.LARGE_IMAGE_MAX) {
          throw new IOException(image.file() + " has " + file.size() + " bytes, not the image's " + bytes + " (1 to " + MachineMap.LARGE_IMAGE_MAX + ")");
        }
        boolean small = isSmall(bytes);
        GuestMemory memory = new GuestMemory(small ? MachineMap.pageUp(bytes) : MachineMap.hugeUp(bytes), !small);
        try {
          fill(file, memory, bytes);
        } catch (IOException | RuntimeException e) {
          memory.close();
          throw e;
        }
        return memory;
      }
    }

    private static void fill(FileChannel file, GuestMemory memory, long bytes) throws IOException {
      for (long at = 0; at < bytes; ) {
        int got = file.read(memory.bytes().asSlice(at, Math.min(CHUNK, bytes - at)).asByteBuffer(), at);
        if (got <= 0) {
          throw new EOFException("the image's file was cut at " + at + " bytes while it was read");
        }
        at += got;
      }
    }
  }

  private final Shelf shelf;
  private final String name;
  private final GuestMemory memory;
  private int holders; // guarded by the shelf

  private ImageMemory(Shelf shelf, String name, GuestMemory memory) {
    this.shelf = shelf;
    this.name = name;
    this.memory = memory;
  }

  GuestMemory memory() {
    return memory;
  }

  private static boolean isSmall(long bytes) {
    return bytes <= MachineMap.SMALL_IMAGE_MAX;
  }

  /** Whether it is copied into its machines. */
  boolean isSmall() {
    return isSmall(memory.size());
  }

  /** Where a guest finds an image of so many bytes. */
  static long address(long bytes) {
    return isSmall(bytes) ? MachineMap.SMALL_IMAGE : MachineMap.LARGE_IMAGE;
  }

  /** One holder more; the caller holds it already. */
  ImageMemory retain() {
    shelf.retain(this);
    return this;
  }

  void release() {
    shelf.drop(this);
  }
}
