package dev.mayfly.kvm;

import dev.mayfly.vm.Exchange;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Takes a snapshot's parts out of a machine that has come to its ready point. On the machine's thread. */
final class Capture {
  private static final long EXCHANGE_END = MachineMap.EXCHANGE + Exchange.SIZE;

  private final MachineMemory memory;
  private final byte[] initialData;
  private int[] pages = new int[256];
  private int count;

  private Capture(MachineMemory memory, byte[] initialData) {
    this.memory = memory;
    this.initialData = initialData;
  }

  /** Null when the guest has more page tables than a machine may have. */
  static KvmSnapshot.Parts of(Shell shell, PageMap map, UnikernelImage unikernel) {
    int[] tables = PageTables.walk(shell.memory(), unikernel.header().windowsTable());
    if (tables == null) {
      return null;
    }
    shell.vcpu().completeExit();
    Capture capture = new Capture(shell.memory(), unikernel.data());
    shell.memory().existingOwn(map, MachineMap.OWN, MachineMap.OWN_END, capture::range);
    shell.memory().existingFrames(map, capture::range);
    return new KvmSnapshot.Parts(Arrays.copyOf(capture.pages, capture.count), capture.contents(), tables, shell.vcpu().state(),
        shell.memory().framesBytes());
  }

  private void range(long from, long end) {
    for (long at = from; at < end; at += MachineMap.PAGE) {
      if (at >= MachineMap.EXCHANGE && at < EXCHANGE_END) {
        continue;
      }
      if (!KvmSnapshot.isZero(memory.at(at, MachineMap.PAGE)) || initiallySet(at)) {
        if (count == pages.length) {
          pages = Arrays.copyOf(pages, count * 2);
        }
        pages[count++] = (int) (at / MachineMap.PAGE);
      }
    }
  }

  private boolean initiallySet(long address) {
    long at = address - MachineMap.DATA;
    return at >= 0 && at < initialData.length && !KvmSnapshot.isZero(MemorySegment.ofArray(initialData).asSlice(at, MachineMap.PAGE));
  }

  private GuestMemory contents() {
    GuestMemory contents = KvmSnapshot.contentsFor(count);
    for (int i = 0; i < count; i++) {
      contents.bytes().asSlice((long) i * MachineMap.PAGE, MachineMap.PAGE).copyFrom(memory.at((long) pages[i] * MachineMap.PAGE, MachineMap.PAGE));
    }
    return contents;
  }
}
