package dev.mayfly.kvm;

import java.lang.foreign.MemorySegment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

/**
 * {@code struct kvm_sregs}: eight segments, two tables, control registers.
 *
 * <pre>
 * segment: u64 base, u32 limit, u16 selector, u8 type, present, dpl, db, s, l, g, avl, unusable, padding   (24 bytes)
 * table:   u64 base, u16 limit, padding                                                                     (16 bytes)
 * </pre>
 */
final class SpecialRegs {
  static final int CS = 0x00;
  static final int DS = 0x18;
  static final int ES = 0x30;
  static final int FS = 0x48;
  static final int GS = 0x60;
  static final int SS = 0x78;
  static final int TR = 0x90;
  static final int LDT = 0xa8;
  static final int GDT = 0xc0;
  static final int IDT = 0xd0;
  static final int CR0 = 0xe0;
  static final int CR2 = 0xe8;
  static final int CR3 = 0xf0;
  static final int CR4 = 0xf8;
  static final int EFER = 0x108;
  static final int SIZE = 0x138;

  /** Protected mode, co-processor, emulation off, type, numeric errors, write protect, alignment mask, paging. */
  private static final long CR0_VALUE = 0x8005_0033L;
  /** PAE, OSFXSR, OSXMMEXCPT. */
  private static final long CR4_VALUE = 0x620;
  static final long CR4_OSXSAVE = 1 << 18;
  /** Long mode, enabled and active. SYSCALL stays off: it would enter ring 0 at address 0. */
  private static final long EFER_LONG = 0x500;
  static final long EFER_NX = 0x800;

  private static final int CODE = 11; // execute, read, accessed
  private static final int DATA = 3; // read, write, accessed
  private static final int TSS_BUSY = 11;

  private SpecialRegs() {}

  /** Ring 3 in 64-bit mode, with the tables that the header names. */
  static void fill(MemorySegment sregs, MachineHeader header, boolean xsave, boolean nx) {
    segment(sregs, CS, 0x2b, CODE, true);
    for (int data : new int[] {DS, ES, FS, GS, SS}) {
      segment(sregs, data, 0x23, DATA, false);
    }
    MemorySegment tr = sregs.asSlice(TR, 24).fill((byte) 0);
    tr.set(JAVA_LONG_UNALIGNED, 0, header.tss());
    tr.set(JAVA_INT_UNALIGNED, 8, 0x72); // abi::TSS_LIMIT: with the I/O permission map, which allows ring 3 the one port (IOPL is lost under PVM)
    tr.set(JAVA_SHORT_UNALIGNED, 12, (short) 0x30);
    tr.set(JAVA_BYTE, 14, (byte) TSS_BUSY);
    tr.set(JAVA_BYTE, 15, (byte) 1);
    table(sregs, GDT, header.gdt(), (short) header.gdtLimit());
    table(sregs, IDT, header.idt(), (short) 0xfff);
    sregs.set(JAVA_LONG_UNALIGNED, CR0, CR0_VALUE);
    sregs.set(JAVA_LONG_UNALIGNED, CR3, header.pageTables());
    sregs.set(JAVA_LONG_UNALIGNED, CR4, CR4_VALUE | (xsave ? CR4_OSXSAVE : 0));
    sregs.set(JAVA_LONG_UNALIGNED, EFER, EFER_LONG | (nx ? EFER_NX : 0));
  }

  private static void segment(MemorySegment sregs, int at, int selector, int type, boolean code) {
    MemorySegment s = sregs.asSlice(at, 24).fill((byte) 0);
    s.set(JAVA_INT_UNALIGNED, 8, -1);
    s.set(JAVA_SHORT_UNALIGNED, 12, (short) selector);
    s.set(JAVA_BYTE, 14, (byte) type);
    s.set(JAVA_BYTE, 15, (byte) 1); // present
    s.set(JAVA_BYTE, 16, (byte) 3); // ring
    s.set(JAVA_BYTE, 17, (byte) (code ? 0 : 1)); // 32-bit data
    s.set(JAVA_BYTE, 18, (byte) 1); // not a system segment
    s.set(JAVA_BYTE, 19, (byte) (code ? 1 : 0)); // 64-bit code
    s.set(JAVA_BYTE, 20, (byte) 1); // limit in pages
  }

  private static void table(MemorySegment sregs, int at, long base, short limit) {
    sregs.set(JAVA_LONG_UNALIGNED, at, base);
    sregs.set(JAVA_SHORT_UNALIGNED, at + 8, limit);
  }
}
