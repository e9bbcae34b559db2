package dev.mayfly.kvm;

import dev.mayfly.vm.Exchange;

/**
 * A VM with a vCPU and warmed memory; a function's machine once an image and a snapshot are in it, and never another function's after that.
 * One thread at a time, but {@link #stop} and {@link #kick}: any thread, any time.
 *
 * <p>Stopping, in order of what can happen. The stopper stores {@code stopWanted}, then {@code immediate_exit}, then sends the signal if {@code inside} names a thread.
 * The vCPU's thread stores {@code inside}, then reads {@code stopWanted}, then calls KVM_RUN; after EINTR it clears {@code immediate_exit}, then reads
 * {@code stopWanted} and the time. All volatile.
 * <ol>
 * <li>Before the thread reads {@code stopWanted}: it sees it, and does not enter.
 * <li>Between that and KVM_RUN: {@code immediate_exit} is set, and KVM_RUN returns EINTR at once.
 * <li>In the guest: the signal brings KVM_RUN back with EINTR. {@code inside} was stored before the entry, so the stopper saw it.
 * <li>While the thread clears {@code immediate_exit} after an EINTR: if the clearing came last, {@code stopWanted} was stored before and is seen now; if the store
 *     came last, the next KVM_RUN returns at once.
 * <li>After the guest has left by itself: {@code immediate_exit} stays set. The next run of this shell sees {@code stopWanted}, or, if a reset has dropped it, one
 *     EINTR without a cause, and enters again.
 * <li>The signal comes late, when the thread is in another shell, or in no guest at all: an EINTR without a cause, or nothing.
 * <li>The thread has ended, and its number may be another's: tgkill reaches threads of this process only, where the signal does nothing.
 * <li>The shell is closed: {@code kick} and {@code close} hold the same lock, and a closed shell's run page is not touched.
 * </ol>
 * The end of a slice is the same without {@code stopWanted}: the timer kicks, and what decides is the clock, which the thread reads after clearing
 * {@code immediate_exit}. One that ends early is the same with {@code wayWanted}, which a run clears when it begins. A kick that comes too early, or for a run before, is an EINTR without a cause.
 */
final class Shell implements AutoCloseable {
  /** SIGRTMIN + 6: not one of HotSpot's. */
  static final int SIGNAL = 40;

  /** How a run ended. */
  enum Left {
    /** By the port. */
    OUT,
    /** The time is over. */
    SLICE,
    STOP,
    /** By any other exit, or KVM failed: {@link #lost} names it. The machine is of no use any more. */
    LOST
  }

  private static final ThreadLocal<Integer> THREAD = ThreadLocal.withInitial(Libc::gettid);

  private final VmDescriptor vm;
  private final VcpuDescriptor vcpu;
  private final MachineMemory memory;
  private final GuestMemory smallImage;
  private final DeadlineTimer timer;
  private final Exchange exchange;
  private ImageMemory image;
  private boolean otherCr3;
  private String lost = "";
  private volatile boolean stopWanted;
  private volatile boolean wayWanted;
  /** The thread that is in {@link #enter}, by its number; 0: none. */
  private volatile int inside;
  private boolean closed; // guarded by this

  Shell(VmDescriptor vm, VcpuDescriptor vcpu, MachineMemory memory, GuestMemory smallImage, DeadlineTimer timer) {
    this.vm = vm;
    this.vcpu = vcpu;
    this.memory = memory;
    this.smallImage = smallImage;
    this.timer = timer;
    exchange = new Exchange(memory.at(MachineMap.EXCHANGE, Exchange.SIZE).asByteBuffer());
  }

  VcpuDescriptor vcpu() {
    return vcpu;
  }

  MachineMemory memory() {
    return memory;
  }

  Exchange exchange() {
    return exchange;
  }

  /** Puts an image in, for good; the shell gives it back when it is closed. */
  void addImage(ImageMemory counted) {
    image = counted;
    if (counted.isSmall()) {
      smallImage.bytes().copyFrom(counted.memory().bytes());
    } else {
      vm.addShared(MachineMap.SLOT_LARGE_IMAGE, MachineMap.LARGE_IMAGE, counted.memory());
    }
  }

  /** True and false by turns, beginning with true. */
  boolean turnsCr3() {
    otherCr3 = !otherCr3;
    return otherCr3;
  }

  /** Null while there is none. */
  ImageMemory image() {
    return image;
  }

  /** Adds slot 2, for good. */
  void addFrames(long bytes, boolean huge) {
    GuestMemory frames = new GuestMemory(bytes, huge);
    try {
      memory.frames(frames, vm.addOwn(MachineMap.SLOT_FRAMES, MachineMap.FUNCTION_FRAMES, frames));
    } catch (RuntimeException e) {
      frames.close();
      throw e;
    }
  }

  /**
   * Runs the guest until it leaves.
   *
   * @param end by {@link System#nanoTime}
   */
  Left enter(long end) {
    DeadlineTimer.Slot slot = timer.slot();
    inside = THREAD.get();
    wayWanted = false; // it was for a run before
    slot.armAt(this, end);
    try {
      while (!stopWanted) {
        int result = vcpu.run();
        if (result == 0) {
          return left(vcpu.exit());
        }
        if (result != -Errno.EINTR && result != -Errno.EAGAIN) {
          lost = "KVM_RUN failed: " + Errno.name(-result);
          return Left.LOST;
        }
        vcpu.clearInterrupt();
        if (!stopWanted && (wayWanted || System.nanoTime() - end >= 0)) {
          return Left.SLICE;
        }
      }
      return Left.STOP;
    } finally {
      slot.disarm();
      inside = 0;
    }
  }

  private Left left(VcpuExit exit) {
    if (exit.left()) {
      return Left.OUT;
    }
    lost = exit.text();
    return Left.LOST;
  }

  /** After {@link Left#LOST}: the name of the exit. */
  String lost() {
    return lost;
  }

  boolean isInside() {
    return inside != 0;
  }

  /** Ends the run in progress, or else the next one at its start. */
  void stop() {
    stopWanted = true;
    kick();
  }

  /** Drops a stop that has come too late for its run. */
  void dropStop() {
    stopWanted = false;
  }

  /** Ends the slice of the run in progress. */
  void giveWay() {
    wayWanted = true;
    kick();
  }

  /** Brings a run in progress back to its thread, which decides. */
  synchronized void kick() {
    if (!closed) {
      vcpu.interrupt();
      int thread = inside;
      if (thread != 0) {
        Libc.signal(thread, SIGNAL);
      }
    }
  }

  /** Gives everything back; dear. No thread may be in it. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    vcpu.close();
    vm.close();
    smallImage.close();
    memory.close(); // after the VM: unmapping what it still watched would cost more
    if (image != null) {
      image.release();
    }
  }
}
