package dev.mayfly.kvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What the unikernel tells the host about itself, at the start of slot 0 ({@code abi::MachineHeader}); addresses are guest-virtual, which for them is
 * guest-physical. Checked when read.
 */
record MachineHeader(long boot, long warm, long trim, long pageTables, long gdt, long gdtLimit, long idt, long tss, long windowsTable, long dataEnd) {
  static final byte[] MAGIC = "MAYFLYK\1".getBytes(StandardCharsets.ISO_8859_1);
  static final int SIZE = 0x60;

  static MachineHeader read(ByteBuffer shared, int abiVersion) throws UnikernelImage.Invalid {
    ByteBuffer in = shared.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < SIZE || !in.slice(0, 8).equals(ByteBuffer.wrap(MAGIC))) {
      throw new UnikernelImage.Invalid("no machine header at " + Long.toHexString(MachineMap.SHARED));
    }
    long version = in.getLong(0x08);
    if (version != abiVersion) {
      throw new UnikernelImage.Invalid("its interface has version " + version + ", the gateway's " + abiVersion);
    }
    MachineHeader header = new MachineHeader(in.getLong(0x10), in.getLong(0x18), in.getLong(0x20), in.getLong(0x28), in.getLong(0x30), in.getLong(0x38),
        in.getLong(0x40), in.getLong(0x48), in.getLong(0x50), in.getLong(0x58));
    header.check();
    return header;
  }

  private void check() throws UnikernelImage.Invalid {
    within("boot", boot, MachineMap.SHARED, MachineMap.OWN);
    within("warm", warm, MachineMap.SHARED, MachineMap.OWN);
    within("trim", trim, MachineMap.SHARED, MachineMap.OWN);
    within("page_tables", pageTables, MachineMap.SHARED, MachineMap.OWN - MachineMap.PAGE + 1);
    within("windows_table", windowsTable, MachineMap.OWN, MachineMap.EXCHANGE - MachineMap.WINDOW_TABLES * MachineMap.PAGE + 1);
    within("data_end", dataEnd, MachineMap.DATA, MachineMap.EXCHANGE + 1);
    if ((pageTables | windowsTable) % MachineMap.PAGE != 0) {
      throw new UnikernelImage.Invalid("its page tables are not page aligned");
    }
  }

  private static void within(String name, long value, long from, long end) throws UnikernelImage.Invalid {
    if (value < from || value >= end) {
      throw new UnikernelImage.Invalid(String.format("its header's %s is %#x, not from %#x to below %#x", name, value, from, end));
    }
  }
}
