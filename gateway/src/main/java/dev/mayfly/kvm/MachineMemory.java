package dev.mayfly.kvm;

import java.lang.foreign.MemorySegment;

/**
 * The memory that one machine has for itself: slot 1, and slot 2 once the function has asked for it. Addresses are guest-physical. One thread at a
 * time; the bytes may change under it only while the guest runs.
 */
final class MachineMemory implements AutoCloseable {
  private final GuestMemory own;
  private final DirtyLog ownLog;
  private GuestMemory frames;
  private DirtyLog framesLog;
  private boolean settled;

  MachineMemory(GuestMemory own, DirtyLog log) {
    this.own = own;
    ownLog = log;
  }

  GuestMemory own() {
    return own;
  }

  /** Slot 2's, or null. */
  GuestMemory frames() {
    return frames;
  }

  void frames(GuestMemory memory, DirtyLog log) {
    frames = memory;
    framesLog = log;
  }

  long framesBytes() {
    return frames == null ? 0 : frames.size();
  }

  /** Whether the page at a guest-physical address, whatever it is, lies wholly in this memory. */
  boolean holds(long address) {
    return address >= MachineMap.OWN && address < MachineMap.OWN_END
        || address >= MachineMap.FUNCTION_FRAMES && address < MachineMap.FUNCTION_FRAMES + framesBytes();
  }

  /** The bytes at an address that {@link #holds}; IndexOutOfBounds if they are not all in one slot. */
  MemorySegment at(long address, long length) {
    return address < MachineMap.FUNCTION_FRAMES
        ? own.bytes().asSlice(address - MachineMap.OWN, length)
        : frames.bytes().asSlice(address - MachineMap.FUNCTION_FRAMES, length);
  }

  /** Visits what exists from one guest-physical address to another in slot 1. */
  void existingOwn(PageMap map, long from, long end, PageMap.Visitor visitor) {
    map.existing(own, from - MachineMap.OWN, end - MachineMap.OWN, (a, b) -> visitor.range(a + MachineMap.OWN, b + MachineMap.OWN));
  }

  /** Visits what exists in slot 2. */
  void existingFrames(PageMap map, PageMap.Visitor visitor) {
    if (frames != null) {
      map.existing(frames, 0, frames.size(), (a, b) -> visitor.range(a + MachineMap.FUNCTION_FRAMES, b + MachineMap.FUNCTION_FRAMES));
    }
  }

  /** Takes the present state of the slots' dirty logs, which the next calls speak of. */
  void readLogs() {
    ownLog.read();
    if (framesLog != null) {
      framesLog.read();
    }
  }

  /** Pages that the guest may have written. */
  int dirtyPages() {
    return ownLog.count() + (framesLog == null ? 0 : framesLog.count());
  }

  /** Whether the guest may have written the page at an address that {@link #holds}. */
  boolean dirty(long address) {
    return address < MachineMap.FUNCTION_FRAMES ? ownLog.has(address) : framesLog.has(address);
  }

  /** Visits what the guest may have written in slot 1. */
  void dirtyOwn(PageMap.Visitor visitor) {
    ownLog.runs(MachineMap.OWN, MachineMap.OWN_END, visitor);
  }

  DirtyLog ownLog() {
    return ownLog;
  }

  /** True the first time. */
  boolean settles() {
    boolean first = !settled;
    settled = true;
    return first;
  }

  /** Slot 2's log; null without that slot. */
  DirtyLog framesLog() {
    return framesLog;
  }

  /** Bytes that exist. */
  long heldBytes(PageMap map) {
    return map.bytes(own, 0, own.size()) + (frames == null ? 0 : map.bytes(frames, 0, frames.size()));
  }

  @Override
  public void close() {
    own.close();
    if (frames != null) {
      frames.close();
    }
  }
}
