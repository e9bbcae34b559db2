package dev.mayfly.kvm;

/** {@code struct kvm_regs}: eighteen registers of 8 bytes. */
final class Regs {
  static final int RSI = 0x20;
  static final int RDI = 0x28;
  static final int RSP = 0x30;
  static final int RIP = 0x80;
  static final int RFLAGS = 0x88;
  static final int SIZE = 0x90;

  /** The bit that is always one; interrupts off, IOPL 0: what ring 3 may do with ports stands in the TSS. */
  static final long RFLAGS_START = 0x2;

  private Regs() {}
}
