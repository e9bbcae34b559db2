package dev.mayfly.kvm;

import dev.mayfly.vm.Exchange;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A snapshot on disk, little-endian. Mode 0600, since it may hold a function's secrets; under another name until it is whole. All of it is checked when read:
 * a file that lies under the right name may be cut, old, or another's.
 *
 * <pre>
 * 0x00  8 bytes "MAYFLYS\1"
 * 0x08  u32 version of the exchange's interface, u32 bytes of vCPU state, u32 bytes of the text below, u32 pages, u32 table pages, u32 zero
 * 0x20  u64 bytes of slot 2, u64 bytes of the image
 * 0x30  text: the image's SHA-256, a line end, the engine's fingerprint (UTF-8)
 *       vCPU state; u32 for each page: its number; u32 for each table page: its number; the pages' contents
 *       u32 CRC-32C of everything before
 * </pre>
 */
final class SnapshotFile {
  private static final byte[] MAGIC = "MAYFLYS\1".getBytes(StandardCharsets.ISO_8859_1);
  private static final int HEAD = 0x30;
  private static final int CRC = 4;
  private static final int TEXT_MAX = 64 * 1024;
  private static final int PAGES_MAX = (int) ((MachineMap.FUNCTION_FRAMES_MAX + MachineMap.OWN_END) / MachineMap.PAGE);
  private static final int CHUNK = 256 << 20;

  private SnapshotFile() {}

  static void write(Path file, KvmSnapshot snapshot, String fingerprint) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid() + "." + Thread.currentThread().threadId() + ".tmp");
    try {
      try (FileChannel out = FileChannel.open(temporary, Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        writeAll(out, snapshot, fingerprint);
        out.force(false);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void writeAll(FileChannel out, KvmSnapshot snapshot, String fingerprint) throws IOException {
    CRC32C crc = new CRC32C();
    put(out, crc, head(snapshot, fingerprint));
    MemorySegment contents = snapshot.parts().contents().bytes().asSlice(0, snapshot.copiedBytes());
    for (long at = 0; at < contents.byteSize(); at += CHUNK) {
      put(out, crc, contents.asSlice(at, Math.min(CHUNK, contents.byteSize() - at)).asByteBuffer());
    }
    put(out, new CRC32C(), ByteBuffer.allocate(CRC).order(ByteOrder.LITTLE_ENDIAN).putInt(0, (int) crc.getValue()));
  }

  private static ByteBuffer head(KvmSnapshot snapshot, String fingerprint) {
    KvmSnapshot.Parts parts = snapshot.parts();
    byte[] text = text(snapshot.image().sha256(), fingerprint);
    ByteBuffer head = ByteBuffer.allocate(HEAD + text.length + VcpuState.SIZE + 4 * (parts.pages().length + parts.tables().length)).order(ByteOrder.LITTLE_ENDIAN);
    head.put(MAGIC).putInt(Exchange.ABI_VERSION).putInt(VcpuState.SIZE).putInt(text.length).putInt(parts.pages().length).putInt(parts.tables().length).putInt(0);
    head.putLong(parts.framesBytes()).putLong(snapshot.image().bytes());
    head.put(text).put(parts.state().bytes());
    for (int page : parts.pages()) {
      head.putInt(page);
    }
    for (int table : parts.tables()) {
      head.putInt(table);
    }
    return head.flip();
  }

  private static byte[] text(String sha256, String fingerprint) {
    return (sha256 + "\n" + fingerprint).getBytes(StandardCharsets.UTF_8);
  }

  private static void put(FileChannel out, CRC32C crc, ByteBuffer bytes) throws IOException {
    crc.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** The parts of a snapshot of this image, by this engine. The caller owns their memory. */
  static KvmSnapshot.Parts read(Path file, String sha256, long imageBytes, String fingerprint) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(in, text(sha256, fingerprint), imageBytes);
    } catch (Damaged e) {
      throw new IOException("the snapshot " + file + " " + e.getMessage());
    }
  }

  private static KvmSnapshot.Parts read(FileChannel in, byte[] text, long imageBytes) throws IOException, Damaged {
    CRC32C crc = new CRC32C();
    ByteBuffer head = take(in, crc, HEAD);
    byte[] magic = new byte[8];
    head.get(magic);
    must(Arrays.equals(magic, MAGIC), "is none");
    must(head.getInt() == Exchange.ABI_VERSION && head.getInt() == VcpuState.SIZE, "has another version");
    int textBytes = head.getInt();
    int pages = head.getInt();
    int tables = head.getInt();
    must(head.getInt() == 0 && textBytes >= 0 && textBytes <= TEXT_MAX && pages >= 0 && pages <= PAGES_MAX && tables >= 0 && tables <= PageTables.LIMIT,
        "is damaged");
    long size = HEAD + textBytes + VcpuState.SIZE + 4L * pages + 4L * tables + (long) pages * MachineMap.PAGE + CRC;
    must(in.size() == size, "has " + in.size() + " bytes, not the " + size + " that it speaks of");
    long framesBytes = head.getLong();
    must(framesBytes >= 0 && framesBytes <= MachineMap.FUNCTION_FRAMES_MAX && framesBytes % MachineMap.HUGE == 0, "is damaged");
    must(head.getLong() == imageBytes && take(in, crc, textBytes).equals(ByteBuffer.wrap(text)), "is of another image, unikernel, kernel or processor");
    byte[] state = new byte[VcpuState.SIZE];
    take(in, crc, VcpuState.SIZE).get(state);
    int[] pageNumbers = numbers(take(in, crc, 4 * pages), framesBytes);
    int[] tableNumbers = numbers(take(in, crc, 4 * tables), framesBytes);
    return new KvmSnapshot.Parts(pageNumbers, contents(in, crc, pages), tableNumbers, new VcpuState(state), framesBytes);
  }

  private static GuestMemory contents(FileChannel in, CRC32C crc, int pages) throws IOException, Damaged {
    GuestMemory contents = KvmSnapshot.contentsFor(pages);
    try {
      long bytes = (long) pages * MachineMap.PAGE;
      for (long at = 0; at < bytes; at += CHUNK) {
        fill(in, crc, contents.bytes().asSlice(at, Math.min(CHUNK, bytes - at)).asByteBuffer());
      }
      int sum = (int) crc.getValue();
      must(take(in, crc, CRC).getInt() == sum, "is damaged: its checksum is wrong");
      return contents;
    } catch (IOException | Damaged | RuntimeException e) {
      contents.close();
      throw e;
    }
  }

  /** Numbers of pages of the machine's own memory, ascending, none in the exchange area. */
  private static int[] numbers(ByteBuffer in, long framesBytes) throws Damaged {
    IntBuffer ints = in.asIntBuffer();
    int[] numbers = new int[ints.remaining()];
    ints.get(numbers);
    for (int i = 0; i < numbers.length; i++) {
      long address = (numbers[i] & 0xffff_ffffL) * MachineMap.PAGE;
      boolean own = address >= MachineMap.OWN && address < MachineMap.OWN_END
          && (address < MachineMap.EXCHANGE || address >= MachineMap.EXCHANGE + Exchange.SIZE);
      boolean frames = address >= MachineMap.FUNCTION_FRAMES && address < MachineMap.FUNCTION_FRAMES + framesBytes;
      must((own || frames) && (i == 0 || numbers[i] > numbers[i - 1]), "is damaged: page " + Long.toHexString(address));
    }
    return numbers;
  }

  private static ByteBuffer take(FileChannel in, CRC32C crc, int bytes) throws IOException, Damaged {
    ByteBuffer into = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    fill(in, crc, into);
    return into.rewind();
  }

  private static void fill(FileChannel in, CRC32C crc, ByteBuffer into) throws IOException, Damaged {
    ByteBuffer whole = into.duplicate();
    while (into.hasRemaining()) {
      must(in.read(into) > 0, "is cut");
    }
    crc.update(whole);
  }

  private static void must(boolean ok, String message) throws Damaged {
    if (!ok) {
      throw new Damaged(message);
    }
  }

  private static final class Damaged extends Exception {
    private static final long serialVersionUID = 1;

    Damaged(String message) {
      super(message);
    }
  }
}
