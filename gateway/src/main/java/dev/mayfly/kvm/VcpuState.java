package dev.mayfly.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

/**
 * Everything a vCPU holds that a guest can change, as one block outside the heap. What is not here does not exist for a guest: MSRs are denied
 * by filter. Once filled it is only read, so machines on any thread may share it.
 *
 * <pre>
 * 0x000  kvm_regs         0x90
 * 0x090  kvm_sregs        0x138
 * 0x1c8  kvm_xcrs         0x188
 * 0x350  kvm_debugregs    0x80
 * 0x3d0  kvm_vcpu_events  0x40
 * 0x440  kvm_xsave        0x1000   (aligned to 64)
 * </pre>
 */
final class VcpuState {
  static final int REGS = 0;
  static final int SREGS = REGS + Regs.SIZE;
  static final int XCRS = SREGS + SpecialRegs.SIZE;
  static final int XCRS_SIZE = 0x188;
  static final int DEBUGREGS = XCRS + XCRS_SIZE;
  static final int DEBUGREGS_SIZE = 0x80;
  static final int EVENTS = DEBUGREGS + DEBUGREGS_SIZE;
  static final int EVENTS_SIZE = 0x40;
  static final int XSAVE = 0x440;
  static final int XSAVE_SIZE = 0x1000;
  static final int SIZE = XSAVE + XSAVE_SIZE;

  /** PWT in CR3: means nothing to a table in ordinary memory, but makes the value another. */
  private static final long CR3_PWT = 8;

  private final MemorySegment block;

  VcpuState() {
    block = Arena.ofAuto().allocate(SIZE, 64);
  }

  /** From what {@link #bytes} gave. */
  VcpuState(byte[] bytes) {
    this();
    block.copyFrom(MemorySegment.ofArray(bytes).asSlice(0, SIZE));
  }

  MemorySegment block() {
    return block;
  }

  byte[] bytes() {
    return block.toArray(JAVA_BYTE);
  }

  VcpuState copy() {
    return new VcpuState(bytes());
  }

  /**
   * The state before a guest's first instruction: all registers zero but the stack pointer, ring 3, floating point as after FNINIT.
   *
   * @param fresh what a new vCPU holds
   */
  static VcpuState initial(VcpuState fresh, MachineHeader header, CpuFeatures cpu) {
    VcpuState state = fresh.copy();
    SpecialRegs.fill(state.block.asSlice(SREGS, SpecialRegs.SIZE), header, cpu.xsave(), cpu.nx());
    if (cpu.xsave()) {
      state.block.set(JAVA_INT_UNALIGNED, XCRS, 1);
      state.block.set(JAVA_INT_UNALIGNED, XCRS + 8, 0);
      state.block.set(JAVA_LONG_UNALIGNED, XCRS + 16, cpu.xcr0());
    }
    MemorySegment xsave = state.block.asSlice(XSAVE, XSAVE_SIZE).fill((byte) 0);
    xsave.set(JAVA_SHORT_UNALIGNED, 0, (short) 0x37f); // x87 control word
    xsave.set(JAVA_INT_UNALIGNED, 24, 0x1f80); // MXCSR
    xsave.set(JAVA_LONG_UNALIGNED, 512, 3L); // header: x87 and SSE stand here, the rest is initial
    return state;
  }

  /** The same, about to execute a routine of the unikernel's. */
  VcpuState entering(long routine, long rdi, long rsi) {
    VcpuState state = copy();
    MemorySegment regs = state.block.asSlice(REGS, Regs.SIZE).fill((byte) 0);
    regs.set(JAVA_LONG_UNALIGNED, Regs.RIP, routine);
    regs.set(JAVA_LONG_UNALIGNED, Regs.RSP, MachineMap.STACK_TOP);
    regs.set(JAVA_LONG_UNALIGNED, Regs.RFLAGS, Regs.RFLAGS_START);
    regs.set(JAVA_LONG_UNALIGNED, Regs.RDI, rdi);
    regs.set(JAVA_LONG_UNALIGNED, Regs.RSI, rsi);
    return state;
  }

  /** The same with another value in CR3 that means the same: setting this and then the first makes KVM load the tables anew. */
  VcpuState withOtherCr3() {
    VcpuState state = copy();
    long cr3 = state.block.get(JAVA_LONG_UNALIGNED, SREGS + SpecialRegs.CR3);
    state.block.set(JAVA_LONG_UNALIGNED, SREGS + SpecialRegs.CR3, cr3 ^ CR3_PWT);
    return state;
  }

  /** Whether what takes ring 0 to change, XCR0 and the debug registers, is the same. */
  boolean sameForRing0(VcpuState other) {
    return MemorySegment.mismatch(block, XCRS, EVENTS, other.block, XCRS, EVENTS) < 0;
  }

  long register(int offset) {
    return block.get(JAVA_LONG_UNALIGNED, REGS + offset);
  }

  long special(int offset) {
    return block.get(JAVA_LONG_UNALIGNED, SREGS + offset);
  }
}
