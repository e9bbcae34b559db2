package dev.mayfly.kvm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.mayfly.vm.Exchange;
import dev.mayfly.vm.Image;

/**
 * A unikernel of a few hundred bytes, made here, that does what it is told: its image is code that it calls in a boot, and a request's standard input is
 * code that it calls for the answer (EAX is the exit status). So a test can make a guest do anything at all.
 *
 * <pre>
 * 0x200000 header   0x201000 page map   0x202000 tables of the first 512 GiB   0x203000 ... of 0, 4 and 8 GiB (2 MiB entries)
 * 0x206000 GDT   0x207000 IDT   0x208000 TSS   0x210000 code
 * 0x1230000 data (first 4 bytes count)   0x1240000 windows' top table   0x1248000 ring-0 stack   0x1249000 end of data
 * </pre>
 */
final class ByteGuest {
  static final int CODE = 0x21_0000;
  static final long WINDOWS_TABLE = 0x124_0000;
  static final long DATA_END = 0x124_9000;
  /** What the page at {@link MachineMap#DATA} + 0x100 holds at first. */
  static final long INITIAL = 0x1122334455667788L;

  /** Present, user, accessed; writable; dirty and 2 MiB. */
  private static final long READ = 0x25;
  private static final long WRITE = 0x02;
  private static final long LARGE = 0xc0;

  private static final Program BASE = Program.of("""
        48 b8 00 00 00 00 01 00 00 00       ; boot: movabs rax,0x100000000
        ff d0                               ; call rax
        c7 04 25 00 10 30 01 01 00 00 00    ; mov dword 0x1301000,0x1
        ba 4d 00 00 00                      ; mov edx,0x4d
        ee                                  ; out dx,al
        b8 e7 00 00 00                      ; request: mov eax,0xe7
        31 d2                               ; xor edx,edx
        0f ae 2c 25 00 88 20 00             ; xrstor 0x208800
        8b 04 25 38 00 30 01                ; mov eax,dword 0x1300038
        05 00 20 30 01                      ; add eax,0x1302000
        ff d0                               ; call rax
        89 04 25 0c 10 30 01                ; mov dword 0x130100c,eax
        c7 04 25 08 10 30 01 00 00 00 00    ; mov dword 0x1301008,0x0
        c7 04 25 04 10 30 01 00 00 00 00    ; mov dword 0x1301004,0x0
        c7 04 25 00 10 30 01 02 00 00 00    ; mov dword 0x1301000,0x2
        ba 4d 00 00 00                      ; mov edx,0x4d
        ee                                  ; out dx,al
        eb b3                               ; jmp request
        48 8b 07                            ; warm: mov rax,qword [rdi]
        48 3b 47 08                         ; each: cmp rax,qword [rdi+0x8]
        73 13                               ; jae next
        8a 08                               ; mov cl,byte [rax]
        48 83 7f 10 00                      ; cmp qword [rdi+0x10],0x0
        74 02                               ; je read
        88 08                               ; mov byte [rax],cl
        48 05 00 10 00 00                   ; read: add rax,0x1000
        eb e7                               ; jmp each
        48 83 c7 18                         ; next: add rdi,0x18
        48 ff ce                            ; dec rsi
        75 db                               ; jne warm
        c7 04 25 04 10 30 01 00 00 00 00    ; done: mov dword 0x1301004,0x0
        c7 04 25 00 10 30 01 09 00 00 00    ; mov dword 0x1301000,0x9
        ba 4d 00 00 00                      ; mov edx,0x4d
        ee                                  ; out dx,al
        f4                                  ; hlt
        48 85 f6                            ; trim: test rsi,rsi
        74 13                               ; je flush
        48 8b 07                            ; mov rax,qword [rdi]
        48 8b 4f 08                         ; mov rcx,qword [rdi+0x8]
        48 89 08                            ; mov qword [rax],rcx
        48 83 c7 10                         ; add rdi,0x10
        48 ff ce                            ; dec rsi
        eb e8                               ; jmp trim
        0f 0b                               ; flush: ud2
        eb c7                               ; jmp done
        50                                  ; ud: push rax
        0f 20 d8                            ; mov rax,cr3
        0f 22 d8                            ; mov cr3,rax
        58                                  ; pop rax
        48 83 04 24 02                      ; add qword [rsp],0x2
        48 cf                               ; iretq
        6a 00                               ; de: push 0x0
        6a 00                               ; push 0x0
        eb 0a                               ; jmp fault
        6a 08                               ; df: push 0x8
        eb 06                               ; jmp fault
        6a 0d                               ; gp: push 0xd
        eb 02                               ; jmp fault
        6a 0e                               ; pf: push 0xe
        8f 04 25 30 10 30 01                ; fault: pop qword 0x1301030
        8f 04 25 38 10 30 01                ; pop qword 0x1301038
        48 8b 04 24                         ; mov rax,qword [rsp]
        48 89 04 25 40 10 30 01             ; mov qword 0x1301040,rax
        0f 20 d0                            ; mov rax,cr2
        48 89 04 25 48 10 30 01             ; mov qword 0x1301048,rax
        48 8b 44 24 18                      ; mov rax,qword [rsp+0x18]
        48 89 04 25 50 10 30 01             ; mov qword 0x1301050,rax
        c7 04 25 04 10 30 01 00 00 00 00    ; mov dword 0x1301004,0x0
        c7 04 25 00 10 30 01 06 00 00 00    ; mov dword 0x1301000,0x6
        ba 4d 00 00 00                      ; mov edx,0x4d
        ee                                  ; out dx,al
        f4                                  ; hlt      """);

  private ByteGuest() {}

  /** The unikernel's ELF file. */
  static byte[] elf() {
    byte[] shared = shared();
    byte[] data = new byte[0x2000];
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putLong(0x100, INITIAL);
    return elf(shared, data);
  }

  static byte[] elf(byte[] shared, byte[] data) {
    int head = 64 + 2 * 56;
    ByteBuffer out = ByteBuffer.allocate(head + shared.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1).put(6, (byte) 1);
    out.putShort(16, (short) 2).putShort(18, (short) 62).putInt(20, 1).putLong(32, 64).putShort(52, (short) 64).putShort(54, (short) 56).putShort(56, (short) 2);
    segment(out, 64, head, MachineMap.SHARED, shared.length, shared.length);
    segment(out, 64 + 56, head + shared.length, MachineMap.DATA, data.length, DATA_END - MachineMap.DATA);
    out.put(head, shared).put(head + shared.length, data);
    return out.array();
  }

  private static void segment(ByteBuffer out, int at, long offset, long address, long fileBytes, long memoryBytes) {
    out.putInt(at, 1).putInt(at + 4, 7).putLong(at + 8, offset).putLong(at + 16, address).putLong(at + 24, address);
    out.putLong(at + 32, fileBytes).putLong(at + 40, memoryBytes).putLong(at + 48, 4096);
  }

  /** Slot 0's content. */
  static byte[] shared() {
    ByteBuffer at = ByteBuffer.allocate(CODE - (int) MachineMap.SHARED + BASE.bytes().length).order(ByteOrder.LITTLE_ENDIAN);
    header(at);
    tables(at);
    at.putLong(0x6008, 0x00af9b000000ffffL).putLong(0x6010, 0x00cf93000000ffffL); // ring 0: code, data
    at.putLong(0x6020, 0x00cff3000000ffffL).putLong(0x6028, 0x00affb000000ffffL); // ring 3: data, code
    at.putLong(0x6030, 0x00008b20_80000067L).putLong(0x6038, 0); // TSS at 0x208000
    gate(at, 0, "de");
    gate(at, 6, "ud");
    gate(at, 8, "df");
    gate(at, 13, "gp");
    gate(at, 14, "pf");
    at.putLong(0x8004, DATA_END); // RSP0
    at.putInt(0x8800 + 24, 0x1f80); // for xrstor: all initial, and MXCSR, which it takes in any case
    at.put(CODE - (int) MachineMap.SHARED, BASE.bytes());
    return at.array();
  }

  private static void header(ByteBuffer at) {
    at.put(0, MachineHeader.MAGIC).putLong(0x08, Exchange.ABI_VERSION);
    at.putLong(0x10, code("boot")).putLong(0x18, code("warm")).putLong(0x20, code("trim")).putLong(0x28, 0x20_1000);
    at.putLong(0x30, 0x20_6000).putLong(0x38, 0x3f).putLong(0x40, 0x20_7000).putLong(0x48, 0x20_8000).putLong(0x50, WINDOWS_TABLE).putLong(0x58, DATA_END);
  }

  private static void tables(ByteBuffer at) {
    at.putLong(0x1000, 0x20_2000 | READ | WRITE);
    for (int i = 0; i < MachineMap.WINDOW_TABLES; i++) {
      at.putLong(0x1008 + i * 8, WINDOWS_TABLE + i * 4096L | READ | WRITE);
    }
    at.putLong(0x2000, 0x20_3000 | READ | WRITE).putLong(0x2020, 0x20_4000 | READ | WRITE).putLong(0x2040, 0x20_5000 | READ | WRITE);
    for (long i = 1; i < 16; i++) {
      at.putLong((int) (0x3000 + i * 8), i * MachineMap.HUGE | READ | LARGE | (i < 4 ? 0 : WRITE));
    }
    for (long i = 0; i < 512; i++) {
      at.putLong((int) (0x4000 + i * 8), MachineMap.IMAGE + i * MachineMap.HUGE | READ | LARGE | WRITE); // writable here, not for the host
      at.putLong((int) (0x5000 + i * 8), MachineMap.FUNCTION_FRAMES + i * MachineMap.HUGE | READ | LARGE | WRITE);
    }
  }

  private static long code(String label) {
    return CODE + BASE.label(label);
  }

  /** An interrupt gate into ring 0. */
  private static void gate(ByteBuffer at, int vector, String label) {
    long to = code(label);
    at.putLong(0x7000 + vector * 16, to & 0xffff | 0x8e00_0008_0000L | (to & 0xffff_0000L) << 32);
  }

  /** An image that is code for the boot, padded to a page. */
  static Image image(Path folder, Program boot, long memoryLimit) throws IOException {
    byte[] bytes = java.util.Arrays.copyOf(boot.bytes(), MachineMap.PAGE);
    Path file = Files.write(Files.createTempFile(folder, "image", ".bin"), bytes);
    return new Image(file.getFileName().toString(), file, bytes.length, memoryLimit);
  }
}
