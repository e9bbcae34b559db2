package dev.mayfly.kvm;

/** What the monitor needs of KVM (KVM_CHECK_EXTENSION); all there since Linux 5.10. */
enum Capability {
  USER_MEMORY(3),
  EXT_CPUID(7),
  VCPU_EVENTS(41),
  DEBUGREGS(50),
  XSAVE(55),
  XCRS(56),
  GET_TSC_KHZ(61),
  SYNC_REGS(74),
  READONLY_MEM(81),
  IMMEDIATE_EXIT(136),
  MANUAL_DIRTY_LOG_PROTECT2(168),
  X86_USER_SPACE_MSR(188),
  X86_MSR_FILTER(189),
  ENFORCE_PV_FEATURE_CPUID(190);

  final int number;

  Capability(int number) {
    this.number = number;
  }
}
