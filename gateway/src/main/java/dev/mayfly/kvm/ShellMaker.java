package dev.mayfly.kvm;

import dev.mayfly.vm.Exchange;
import dev.mayfly.vm.NoStreams;
import java.lang.foreign.MemorySegment;

/**
 * Makes shells: a VM, a vCPU, slots 0 and 1, memory that host and guest have touched, everything as in every other shell. Holds what all shells share. Any
 * thread. Making one takes milliseconds and is not for a request's path.
 */
final class ShellMaker implements AutoCloseable {
  private static final long WARM_LIMIT_NANOS = 5_000_000_000L;

  private final KvmDevice device;
  private final UnikernelImage unikernel;
  private final KvmSettings settings;
  private final DeadlineTimer timer;
  private volatile Warmth warmth = Warmth.SMALL;
  private final CpuFeatures cpu;
  private final int runBytes;
  private final GuestMemory shared;
  private final VcpuState base;
  private final long tscHz;

  ShellMaker(KvmDevice device, UnikernelImage unikernel, KvmSettings settings, DeadlineTimer timer) {
    this.device = device;
    this.unikernel = unikernel;
    this.settings = settings;
    this.timer = timer;
    cpu = device.features();
    runBytes = device.runBytes();
    shared = new GuestMemory(MachineMap.OWN - MachineMap.SHARED, true);
    unikernel.copyShared(shared.bytes());
    try (VmDescriptor vm = device.createVm(); VcpuDescriptor fresh = vcpu(vm)) {
      base = VcpuState.initial(fresh.state(), unikernel.header(), cpu);
      tscHz = fresh.tscHz();
    } catch (RuntimeException e) {
      shared.close();
      throw e;
    }
  }

  Warmth warmth() {
    return warmth;
  }

  /** For the shells made from now on. */
  void warmth(Warmth next) {
    warmth = next;
  }

  CpuFeatures cpu() {
    return cpu;
  }

  /** The vCPU's state before a first instruction. */
  VcpuState base() {
    return base;
  }

  /** Ticks of the time-stamp counter in a second, in every machine. */
  long tscHz() {
    return tscHz;
  }

  /**
   * The filter goes in after the vCPU was made, and not at once after a slot: both end in an SRCU grace period of the VM, and one that is asked for within 25 us of the
   * last is not expedited (Linux, srcu_might_be_idle) but takes milliseconds.
   */
  private VcpuDescriptor vcpu(VmDescriptor vm) {
    VcpuDescriptor vcpu = vm.createVcpu(runBytes);
    vcpu.features(cpu);
    vm.denyMsrs();
    return vcpu;
  }

  /** A shell, warmed and pristine. */
  Shell make() {
    GuestMemory own = new GuestMemory(MachineMap.OWN_END - MachineMap.OWN,
        (settings.hugeOwn() ? MachineMap.WARM_END : MachineMap.OWN_END) - MachineMap.OWN);
    GuestMemory image = null;
    Shell shell;
    Warmth warmed = warmth;
    try {
      image = new GuestMemory(MachineMap.SMALL_IMAGE_MAX, false);
      image.populate(0, Warmth.SMALL_IMAGE);
      pristine(own, warmed);
      shell = assemble(own, image);
    } catch (RuntimeException e) {
      own.close();
      if (image != null) {
        image.close();
      }
      throw e;
    }
    try {
      warm(shell, warmed);
      return shell;
    } catch (RuntimeException e) {
      shell.close();
      throw e;
    }
  }

  private Shell assemble(GuestMemory own, GuestMemory image) {
    VmDescriptor vm = device.createVm();
    try {
      vm.keepDirtyLogs();
      vm.addShared(MachineMap.SLOT_SHARED, MachineMap.SHARED, shared);
      DirtyLog log = vm.addOwn(MachineMap.SLOT_OWN, MachineMap.OWN, own);
      vm.addShared(MachineMap.SLOT_SMALL_IMAGE, MachineMap.SMALL_IMAGE, image);
      return new Shell(vm, vcpu(vm), new MachineMemory(own, log), image, timer);
    } catch (RuntimeException e) {
      vm.close();
      throw e;
    }
  }

  /** The host touches first: a page that the guest read first would be the shared zero page, and dear to write later. */
  private void pristine(GuestMemory own, Warmth warmed) {
    warmed.forHost((from, end) -> own.populate(from - MachineMap.OWN, end - from));
    own.bytes().asSlice(MachineMap.DATA - MachineMap.OWN, unikernel.data().length).copyFrom(MemorySegment.ofArray(unikernel.data()));
  }

  private void warm(Shell shell, Warmth warmed) {
    long in = MachineMap.EXCHANGE + Exchange.IN;
    int count = warmed.list(shell.memory().at(in, Exchange.IN_SIZE));
    shell.vcpu().state(base.entering(unikernel.header().warm(), in, count));
    Shell.Left left = shell.enter(System.nanoTime() + WARM_LIMIT_NANOS);
    Exchange.Exit exit = left == Shell.Left.OUT ? shell.exchange().leave(NoStreams.REFUSING) : null;
    if (!(exit instanceof Exchange.Exit.Done)) {
      throw new IllegalStateException("a shell did not get warm: " + (exit != null ? exit : left == Shell.Left.LOST ? shell.lost() : left));
    }
    shell.vcpu().completeExit();
    warmed.forHost((from, end) -> shell.memory().at(from, end - from).fill((byte) 0));
    shell.memory().at(MachineMap.DATA, unikernel.data().length).copyFrom(MemorySegment.ofArray(unikernel.data()));
  }

  /** After the last shell. */
  @Override
  public void close() {
    shared.close();
  }
}
