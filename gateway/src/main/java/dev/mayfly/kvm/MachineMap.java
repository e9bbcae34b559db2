package dev.mayfly.kvm;

/** Where things lie in a machine, guest-physical ({@code abi::machine}, which draws it; a test pins the two to each other). */
final class MachineMap {
  /** Changes with anything here that a snapshot depends on. */
  static final int VERSION = 2;
  static final int PAGE = 4096;
  static final long HUGE = 2L << 20;
  /** Slot 0: header, page tables, code, constants; read-only, shared by all machines. */
  static final long SHARED = 0x20_0000L;
  /** Slot 1: stack, data, exchange area, the shell's frames. */
  static final long OWN = 0x80_0000L;
  /** Tables of the windows, the top ones first; more of them lie among the frames. Apart from WARM: KVM keeps no 2 MiB page over a table that it shadows. */
  static final long TABLES = 0x80_0000L;
  static final long TABLES_END = 0x90_0000L;
  static final long STACK_BOTTOM = 0x91_0000L;
  static final long STACK_TOP = 0x123_0000L;
  /** The 2 MiB page that a shell has touched ahead of time: the stack's top, data, the heap's first part, the exchange area, the first frames. */
  static final long WARM = 0x120_0000L;
  static final long WARM_END = WARM + HUGE;
  static final long DATA = 0x123_0000L;
  /** The heap's first part, up to the exchange area. */
  static final long HEAP = 0x125_0000L;
  static final long EXCHANGE = 0x130_0000L;
  static final long FRAMES = 0x135_2000L;
  static final long OWN_END = 0x200_0000L;
  /** Where images lie, read-only. */
  static final long IMAGE = 0x1_0000_0000L;
  static final long IMAGE_MAX = 4L << 30;
  /** Slot 4, a shell's own from the start: an image that is small enough is copied here, which is cheaper than a slot. */
  static final long SMALL_IMAGE = IMAGE;
  static final long SMALL_IMAGE_MAX = 256 << 10;
  /** Slot 3: a larger image, shared by the function's machines. */
  static final long LARGE_IMAGE = IMAGE + HUGE;
  static final long LARGE_IMAGE_MAX = IMAGE_MAX - HUGE;
  /** Slot 2: the function's own frames. */
  static final long FUNCTION_FRAMES = 0x2_0000_0000L;
  static final long FUNCTION_FRAMES_MAX = 16L << 30;
  /** Virtual only: the windows of linear memories. */
  static final long WINDOWS = 0x80_0000_0000L;
  /** Page-map entries 1 to 8, and so pages of the windows' top table. */
  static final int WINDOW_TABLES = 8;
  /** What a guest writes to, one byte, to leave. */
  static final int PORT = 0x4d;

  static final int SLOT_SHARED = 0;
  static final int SLOT_OWN = 1;
  static final int SLOT_FRAMES = 2;
  static final int SLOT_LARGE_IMAGE = 3;
  static final int SLOT_SMALL_IMAGE = 4;

  private MachineMap() {}

  static long hugeUp(long bytes) {
    return (bytes + HUGE - 1) & -HUGE;
  }

  static long pageUp(long bytes) {
    return (bytes + PAGE - 1) & -PAGE;
  }
}
