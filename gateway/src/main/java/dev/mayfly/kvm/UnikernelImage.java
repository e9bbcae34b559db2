package dev.mayfly.kvm;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The unikernel's ELF file, taken apart: what goes into slot 0, and the first content of slot 1's data. Immutable; made once.
 */
final class UnikernelImage {
  /** The file is no unikernel; the message goes on after "the unikernel: ". */
  static final class Invalid extends Exception {
    private static final long serialVersionUID = 1;

    Invalid(String message) {
      super("the unikernel: " + message);
    }
  }

  private static final int PT_LOAD = 1;
  private static final int EM_X86_64 = 62;

  private final byte[] shared = new byte[(int) (MachineMap.OWN - MachineMap.SHARED)];
  private final byte[] data;
  private final MachineHeader header;
  private final String sha256;

  UnikernelImage(byte[] elf, int abiVersion) throws Invalid {
    byte[] allData = new byte[(int) (MachineMap.EXCHANGE - MachineMap.DATA)];
    load(elf, allData);
    header = MachineHeader.read(ByteBuffer.wrap(shared), abiVersion);
    data = Arrays.copyOf(allData, (int) MachineMap.pageUp(header.dataEnd() - MachineMap.DATA));
    sha256 = sha256(elf);
  }

  private void load(byte[] elf, byte[] allData) throws Invalid {
    ByteBuffer in = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (in.getInt(0) != 0x464c457f || in.get(4) != 2 || in.getShort(18) != EM_X86_64) {
        throw new Invalid("not a 64-bit ELF file for x86-64");
      }
      long table = in.getLong(32);
      int size = in.getShort(54) & 0xffff;
      int count = in.getShort(56) & 0xffff;
      for (int i = 0; i < count; i++) {
        int at = Math.toIntExact(table + (long) i * size);
        if (in.getInt(at) == PT_LOAD) {
          place(in, allData, in.getLong(at + 8), in.getLong(at + 16), in.getLong(at + 32), in.getLong(at + 40));
        }
      }
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new Invalid("its ELF file is cut or damaged (" + e.getMessage() + ")");
    }
  }

  private void place(ByteBuffer in, byte[] allData, long offset, long address, long fileBytes, long memoryBytes) throws Invalid {
    boolean inShared = address >= MachineMap.SHARED && address < MachineMap.OWN;
    boolean inData = address >= MachineMap.DATA && address < MachineMap.EXCHANGE;
    long room = inShared ? MachineMap.OWN - address : inData ? MachineMap.EXCHANGE - address : 0;
    if (memoryBytes != 0 && (memoryBytes < 0 || memoryBytes > room || fileBytes < 0 || fileBytes > memoryBytes)) {
      throw new Invalid(String.format("a segment of %d bytes at %#x lies neither in %#x..%#x nor in %#x..%#x", memoryBytes, address,
          MachineMap.SHARED, MachineMap.OWN, MachineMap.DATA, MachineMap.EXCHANGE));
    }
    if (memoryBytes != 0) {
      byte[] to = inShared ? shared : allData;
      in.get(Math.toIntExact(offset), to, (int) (address - (inShared ? MachineMap.SHARED : MachineMap.DATA)), (int) fileBytes);
    }
  }

  MachineHeader header() {
    return header;
  }

  /** Of the ELF file. */
  String sha256() {
    return sha256;
  }

  /** Writes slot 0. */
  void copyShared(MemorySegment to) {
    to.copyFrom(MemorySegment.ofArray(shared));
  }

  /** What the pages from {@link MachineMap#DATA} hold before a boot. Not to be changed. */
  byte[] data() {
    return data;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
