package dev.mayfly.kvm;

/** Code for the byte guest: what a boot or a request does. What it answers is its EAX. */
final class Programs {
  static final Program NOTHING = Program.of("""
      c3                                  ; ret
      """);

  static final Program RETURN_42 = Program.of("""
      b8 2a 00 00 00                      ; mov eax,0x2a
      c3                                  ; ret
      """);

  static final Program COUNT_DATA = Program.of("""
      ff 04 25 00 00 23 01                ; inc dword 0x1230000
      8b 04 25 00 00 23 01                ; mov eax,dword 0x1230000
      c3                                  ; ret
      """);

  static final Program COUNT_FRAME = Program.of("""
      ff 04 25 00 10 36 01                ; inc dword 0x1361000
      8b 04 25 00 10 36 01                ; mov eax,dword 0x1361000
      c3                                  ; ret
      """);

  static final Program COUNT_HIDDEN = Program.of("""
      ff 04 25 00 00 f0 01                ; inc dword 0x1f00000
      8b 04 25 00 00 f0 01                ; mov eax,dword 0x1f00000
      c3                                  ; ret
      """);

  static final Program COUNT_DEEP_STACK = Program.of("""
      ff 04 25 00 00 90 00                ; inc dword 0x900000
      8b 04 25 00 00 90 00                ; mov eax,dword 0x900000
      c3                                  ; ret
      """);

  static final Program COUNT_EXCHANGE = Program.of("""
      ff 04 25 00 10 34 01                ; inc dword 0x1341000
      8b 04 25 00 10 34 01                ; mov eax,dword 0x1341000
      c3                                  ; ret
      """);

  static final Program COUNT_GUEST_PAGE = Program.of("""
      ff 04 25 00 19 30 01                ; inc dword 0x1301900
      8b 04 25 00 19 30 01                ; mov eax,dword 0x1301900
      c3                                  ; ret
      """);

  static final Program XMM = Program.of("""
      66 48 0f 7e e8                      ; movq rax,xmm5
      b9 07 00 00 00                      ; mov ecx,0x7
      66 48 0f 6e e9                      ; movq xmm5,rcx
      c3                                  ; ret
      """);

  static final Program YMM = Program.of("""
      c4 e3 7d 19 e9 01                   ; vextractf128 xmm1,ymm5,0x1
      66 48 0f 7e c8                      ; movq rax,xmm1
      b9 09 00 00 00                      ; mov ecx,0x9
      66 48 0f 6e c9                      ; movq xmm1,rcx
      c4 e3 55 18 e9 01                   ; vinsertf128 ymm5,ymm5,xmm1,0x1
      c3                                  ; ret
      """);

  static final Program X87 = Program.of("""
      d9 7c 24 f8                         ; fnstcw WORD [rsp-0x8]
      0f b7 44 24 f8                      ; movzx eax,WORD [rsp-0x8]
      2d 7f 03 00 00                      ; sub eax,0x37f
      66 c7 44 24 f8 7f 02                ; mov WORD [rsp-0x8],0x27f
      d9 6c 24 f8                         ; fldcw WORD [rsp-0x8]
      c3                                  ; ret
      """);

  static final Program MXCSR = Program.of("""
      0f ae 5c 24 f8                      ; stmxcsr dword [rsp-0x8]
      8b 44 24 f8                         ; mov eax,dword [rsp-0x8]
      2d 80 1f 00 00                      ; sub eax,0x1f80
      c7 44 24 f8 80 9f 00 00             ; mov dword [rsp-0x8],0x9f80
      0f ae 54 24 f8                      ; ldmxcsr dword [rsp-0x8]
      c3                                  ; ret
      """);

  static final Program R15 = Program.of("""
      4c 89 f8                            ; mov rax,r15
      41 bf 05 00 00 00                   ; mov r15d,0x5
      c3                                  ; ret
      """);

  static final Program FLAGS = Program.of("""
      9c                                  ; pushf
      58                                  ; pop rax
      25 00 00 20 00                      ; and eax,0x200000
      9c                                  ; pushf
      48 81 0c 24 00 00 20 00             ; or qword [rsp],0x200000
      9d                                  ; popf
      c3                                  ; ret
      """);

 static final Program SPIN = Program.of("""
      eb fe                               ; jmp 0x0
      """);

  static final Program PORT = Program.of("""
      ba 70 00 00 00                      ; mov edx,0x70
      ee                                  ; out dx,al
      c3                                  ; ret
      """);

  static final Program IN = Program.of("""
      ba 4d 00 00 00                      ; mov edx,0x4d
      ec                                  ; in al,dx
      c3                                  ; ret
      """);

  static final Program WORD = Program.of("""
      ba 4d 00 00 00                      ; mov edx,0x4d
      66 ef                               ; out dx,ax
      c3                                  ; ret
      """);

  static final Program STRING = Program.of("""
      ba 4d 00 00 00                      ; mov edx,0x4d
      48 89 e6                            ; mov rsi,rsp
      b9 03 00 00 00                      ; mov ecx,0x3
      f3 6e                               ; rep outs dx,byte [rsi]
      c3                                  ; ret
      """);

  static final Program HLT = Program.of("""
      f4                                  ; hlt
      """);

  static final Program RDMSR = Program.of("""
      b9 10 00 00 00                      ; mov ecx,0x10
      0f 32                               ; rdmsr
      c3                                  ; ret
      """);

  static final Program DEBUG_REGISTER = Program.of("""
      0f 23 c0                            ; mov db0,rax
      """);

  static final Program XCR0 = Program.of("""
      31 c9                               ; xor ecx,ecx
      31 d2                               ; xor edx,edx
      b8 01 00 00 00                      ; mov eax,0x1
      0f 01 d1                            ; xsetbv
      """);

  static final Program CR3 = Program.of("""
      0f 22 d8                            ; mov cr3,rax
      """);

  static final Program MMIO = Program.of("""
      48 b8 00 00 00 00 02 00 00 00       ; movabs rax,0x200000000
      c7 00 01 00 00 00                   ; mov dword [rax],0x1
      c3                                  ; ret
      """);

  static final Program WRITE_SHARED = Program.of("""
      c6 04 25 00 00 20 00 01             ; mov byte 0x200000,0x1
      c3                                  ; ret
      """);

  static final Program PAGE_ZERO = Program.of("""
      8b 04 25 00 00 00 00                ; mov eax,dword 0x0
      c3                                  ; ret
      """);

  static final Program WAIT = Program.of("""
      c7 04 25 04 10 30 01 00 00 00 00    ; mov dword 0x1301004,0x0
      48 c7 04 25 10 10 30 01 40 42 0f 00 ; mov qword 0x1301010,0xf4240
      c7 04 25 18 10 30 01 00 00 00 00    ; mov dword 0x1301018,0x0
      c7 04 25 00 10 30 01 03 00 00 00    ; mov dword 0x1301000,0x3
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      b8 2a 00 00 00                      ; mov eax,0x2a
      c3                                  ; ret
      """);

  static final Program FORGED_LENGTH = Program.of("""
      c7 04 25 04 10 30 01 01 00 01 00    ; mov dword 0x1301004,0x10001
      c7 04 25 00 10 30 01 04 00 00 00    ; mov dword 0x1301000,0x4
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      c3                                  ; ret
      """);

  static final Program FORGED_NEGATIVE = Program.of("""
      c7 04 25 04 10 30 01 f0 ff ff ff    ; mov dword 0x1301004,0xfffffff0
      c7 04 25 00 10 30 01 02 00 00 00    ; mov dword 0x1301000,0x2
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      c3                                  ; ret
      """);

  static final Program FORGED_RECORD = Program.of("""
      c7 04 25 00 20 34 01 01 00 00 00    ; mov dword 0x1342000,0x1
      c7 04 25 04 20 34 01 ff ff ff 7f    ; mov dword 0x1342004,0x7fffffff
      c7 04 25 04 10 30 01 10 00 00 00    ; mov dword 0x1301004,0x10
      c7 04 25 00 10 30 01 04 00 00 00    ; mov dword 0x1301000,0x4
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      c3                                  ; ret
      """);

  static final Program FORGED_REASON = Program.of("""
      c7 04 25 00 10 30 01 4d 00 00 00    ; mov dword 0x1301000,0x4d
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      c3                                  ; ret
      """);

  static final Program FORGED_READY = Program.of("""
      c7 04 25 00 10 30 01 01 00 00 00    ; mov dword 0x1301000,0x1
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      c3                                  ; ret
      """);

  static final Program OUTPUT_FOREVER = Program.of("""
      c7 04 25 00 20 34 01 01 00 00 00    ; again: mov dword 0x1342000,0x1
      c7 04 25 04 20 34 01 04 00 00 00    ; mov dword 0x1342004,0x4
      c7 04 25 08 20 34 01 61 6c 6f 0a    ; mov dword 0x1342008,0xa6f6c61
      c7 04 25 04 10 30 01 0c 00 00 00    ; mov dword 0x1301004,0xc
      c7 04 25 00 10 30 01 04 00 00 00    ; mov dword 0x1301000,0x4
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      eb c1                               ; jmp again
      """);

  static final Program GROW = Program.of("""
      c7 04 25 04 10 30 01 00 00 00 00    ; mov dword 0x1301004,0x0
      c7 04 25 00 10 30 01 08 00 00 00    ; mov dword 0x1301000,0x8
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      48 8b 0c 25 60 00 30 01             ; mov rcx,qword 0x1300060
      ff 81 00 50 00 00                   ; inc dword [rcx+0x5000]
      8b 81 00 50 00 00                   ; mov eax,dword [rcx+0x5000]
      c3                                  ; ret
      """);

  static final Program COUNT_GROWN = Program.of("""
      48 b9 00 00 00 00 02 00 00 00       ; movabs rcx,0x200000000
      ff 81 00 50 00 00                   ; inc dword [rcx+0x5000]
      8b 81 00 50 00 00                   ; mov eax,dword [rcx+0x5000]
      c3                                  ; ret
      """);

  static final Program MAP = Program.of("""
      48 c7 04 25 00 00 24 01 67 20 40 01 ; mov qword 0x1240000,0x1402067
      48 c7 04 25 00 20 40 01 67 30 40 01 ; mov qword 0x1402000,0x1403067
      48 c7 04 25 08 30 40 01 67 40 40 01 ; mov qword 0x1403008,0x1404067
      48 b9 00 10 00 00 80 00 00 00       ; movabs rcx,0x8000001000
      ff 01                               ; inc dword [rcx]
      8b 01                               ; mov eax,dword [rcx]
      c3                                  ; ret
      """);

  static final Program RELINK = Program.of("""
      48 c7 04 25 00 00 24 01 67 20 40 01 ; mov qword 0x1240000,0x1402067
      48 c7 04 25 00 20 40 01 67 30 40 01 ; mov qword 0x1402000,0x1403067
      48 c7 04 25 10 30 40 01 67 50 40 01 ; mov qword 0x1403010,0x1405067
      48 b9 00 20 00 00 80 00 00 00       ; movabs rcx,0x8000002000
      ff 01                               ; inc dword [rcx]
      8b 81 00 f0 ff ff                   ; mov eax,dword [rcx-0x1000]
      c3                                  ; ret
      """);

  static final Program READ_WINDOW = Program.of("""
      48 b9 00 10 00 00 80 00 00 00       ; movabs rcx,0x8000001000
      8b 01                               ; mov eax,dword [rcx]
      c3                                  ; ret
      """);

  static final Program MAP_UNMAP = Program.of("""
      48 c7 04 25 00 00 24 01 67 20 40 01 ; mov qword 0x1240000,0x1402067
      48 c7 04 25 00 20 40 01 67 30 40 01 ; mov qword 0x1402000,0x1403067
      48 c7 04 25 08 30 40 01 67 40 40 01 ; mov qword 0x1403008,0x1404067
      48 b9 00 10 00 00 80 00 00 00       ; movabs rcx,0x8000001000
      ff 01                               ; inc dword [rcx]
      48 c7 04 25 08 30 40 01 00 00 00 00 ; mov qword 0x1403008,0x0
      48 c7 04 25 00 20 40 01 00 00 00 00 ; mov qword 0x1402000,0x0
      48 c7 04 25 00 00 24 01 00 00 00 00 ; mov qword 0x1240000,0x0
      b8 01 00 00 00                      ; mov eax,0x1
      c3                                  ; ret
      """);

  static final Program REMAP = Program.of("""
      48 c7 04 25 08 30 40 01 67 60 40 01 ; mov qword 0x1403008,0x1406067
      0f 0b                               ; ud2
      48 b9 00 10 00 00 80 00 00 00       ; movabs rcx,0x8000001000
      c7 01 63 00 00 00                   ; mov dword [rcx],0x63
      8b 01                               ; mov eax,dword [rcx]
      c3                                  ; ret
      """);

  static final Program MAP_MANY = Program.of("""
      48 c7 04 25 00 00 24 01 67 20 40 01 ; mov qword 0x1240000,0x1402067
      31 c9                               ; xor ecx,ecx
      bf 00 00 50 01                      ; mov edi,0x1500000
      48 89 f8                            ; tables: mov rax,rdi
      48 83 c8 67                         ; or rax,0x67
      48 89 04 cd 00 20 40 01             ; mov qword [rcx*8+0x1402000],rax
      ba 00 02 00 00                      ; mov edx,0x200
      48 c7 07 67 60 40 01                ; entries: mov qword [rdi],0x1406067
      48 83 c7 08                         ; add rdi,0x8
      ff ca                               ; dec edx
      75 f1                               ; jne entries
      ff c1                               ; inc ecx
      83 f9 14                            ; cmp ecx,0x14
      72 d6                               ; jb tables
      b8 01 00 00 00                      ; mov eax,0x1
      c3                                  ; ret
      """);

  static final Program BOOT_MAP = Program.of("""
      48 c7 04 25 00 00 24 01 67 20 40 01 ; mov qword 0x1240000,0x1402067
      48 c7 04 25 00 20 40 01 67 30 40 01 ; mov qword 0x1402000,0x1403067
      48 c7 04 25 08 30 40 01 67 40 40 01 ; mov qword 0x1403008,0x1404067
      c7 04 25 00 40 40 01 e8 03 00 00    ; mov dword 0x1404000,0x3e8
      c7 04 25 00 00 23 01 64 00 00 00    ; mov dword 0x1230000,0x64
      c7 04 25 00 00 90 01 07 00 00 00    ; mov dword 0x1900000,0x7
      c3                                  ; ret
      """);

  static final Program BOOT_GROW = Program.of("""
      c7 04 25 04 10 30 01 00 00 00 00    ; mov dword 0x1301004,0x0
      c7 04 25 00 10 30 01 08 00 00 00    ; mov dword 0x1301000,0x8
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      48 8b 0c 25 60 00 30 01             ; mov rcx,qword 0x1300060
      c7 81 00 50 00 00 f4 01 00 00       ; mov dword [rcx+0x5000],0x1f4
      c3                                  ; ret
      """);

  static final Program FRAMES_ADDRESS = Program.of("""
      c7 04 25 04 10 30 01 00 00 00 00    ; mov dword 0x1301004,0x0
      c7 04 25 00 10 30 01 08 00 00 00    ; mov dword 0x1301000,0x8
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      c7 04 25 00 10 30 01 08 00 00 00    ; mov dword 0x1301000,0x8
      ee                                  ; out dx,al
      8b 04 25 64 00 30 01                ; mov eax,dword 0x1300064
      c3                                  ; ret
      """);

  static final Program READ_IMAGE = Program.of("""
      48 b9 00 00 00 00 01 00 00 00       ; movabs rcx,0x100000000
      8b 41 04                            ; mov eax,dword [rcx+0x4]
      c3                                  ; ret
      """);

  static final Program WRITE_IMAGE = Program.of("""
      48 b9 00 00 00 00 01 00 00 00       ; movabs rcx,0x100000000
      c6 01 01                            ; mov byte [rcx],0x1
      c3                                  ; ret
      """);

  static final Program SEED = Program.of("""
      8b 04 25 18 00 30 01                ; mov eax,dword 0x1300018
      c3                                  ; ret
      """);

  static final Program SYSCALL = Program.of("""
      0f 05                               ; syscall
      c3                                  ; ret
      """);

  static final Program CPUID_AVX512 = Program.of("""
      b8 07 00 00 00                      ; mov eax,0x7
      31 c9                               ; xor ecx,ecx
      0f a2                               ; cpuid
      c1 eb 10                            ; shr ebx,0x10
      83 e3 01                            ; and ebx,0x1
      89 d8                               ; mov eax,ebx
      c3                                  ; ret
      """);

  static final Program XGETBV = Program.of("""
      31 c9                               ; xor ecx,ecx
      0f 01 d0                            ; xgetbv
      c3                                  ; ret
      """);

  static final Program TOUCH_16M = Program.of("""
      c7 04 25 04 10 30 01 00 00 00 00    ; mov dword 0x1301004,0x0
      c7 04 25 00 10 30 01 08 00 00 00    ; mov dword 0x1301000,0x8
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      48 8b 0c 25 60 00 30 01             ; mov rcx,qword 0x1300060
      ba 00 10 00 00                      ; mov edx,0x1000
      c6 01 01                            ; touch: mov byte [rcx],0x1
      48 81 c1 00 10 00 00                ; add rcx,0x1000
      ff ca                               ; dec edx
      75 f2                               ; jne touch
      b8 01 00 00 00                      ; mov eax,0x1
      c3                                  ; ret
      """);
  static final Program FSBASE = Program.of("""
      f3 48 0f ae c0                      ; rdfsbase rax
      b9 03 00 00 00                      ; mov ecx,0x3
      f3 48 0f ae d1                      ; wrfsbase rcx
      c3                                  ; ret
      """);

  static final Program MASK = Program.of("""
      c4 e1 fb 93 c1                      ; kmovq rax,k1
      b9 05 00 00 00                      ; mov ecx,0x5
      c4 e1 fb 92 c9                      ; kmovq k1,rcx
      c3                                  ; ret
      """);

  static final Program ZMM = Program.of("""
      62 e1 fd 08 7e e0                   ; vmovq rax,xmm20
      b9 06 00 00 00                      ; mov ecx,0x6
      62 e1 fd 08 6e e1                   ; vmovq xmm20,rcx
      c3                                  ; ret
      """);

  static final Program FAILED = Program.of("""
      c7 04 25 04 10 30 01 00 00 00 00    ; mov dword 0x1301004,0x0
      c7 04 25 1c 10 30 01 02 00 00 00    ; mov dword 0x130101c,0x2
      c7 04 25 00 11 30 01 6e 6f 00 00    ; mov dword 0x1301100,0x6f6e
      c7 04 25 00 10 30 01 05 00 00 00    ; mov dword 0x1301000,0x5
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      c3                                  ; ret
      """);

  static final Program TRAPPED = Program.of("""
      c7 04 25 04 10 30 01 00 00 00 00    ; mov dword 0x1301004,0x0
      c7 04 25 08 10 30 01 01 00 00 00    ; mov dword 0x1301008,0x1
      c7 04 25 1c 10 30 01 03 00 00 00    ; mov dword 0x130101c,0x3
      c7 04 25 00 11 30 01 6f 6f 70 00    ; mov dword 0x1301100,0x706f6f
      c7 04 25 00 10 30 01 02 00 00 00    ; mov dword 0x1301000,0x2
      ba 4d 00 00 00                      ; mov edx,0x4d
      ee                                  ; out dx,al
      c3                                  ; ret
      """);

  static final Program EXCHANGE_AS_TABLE = Program.of("""
      48 c7 04 25 00 00 24 01 67 20 30 01 ; mov qword 0x1240000,0x1302067
      48 c7 04 25 08 00 24 01 67 10 30 01 ; mov qword 0x1240008,0x1301067
      b8 01 00 00 00                      ; mov eax,0x1
      c3                                  ; ret
      """);

  static final Program TABLES_IN_A_CIRCLE = Program.of("""
      b9 00 02 00 00                      ; mov ecx,0x200
      48 c7 04 cd f8 ff 23 01 67 00 24 01 ; entry: mov qword [rcx*8+0x123fff8],0x1240067
      ff c9                               ; dec ecx
      75 f0                               ; jne entry
      b8 01 00 00 00                      ; mov eax,0x1
      c3                                  ; ret
      """);

  /** MAP, with the tables loaded anew (ud2) before and after the page is used. */
  static final Program MAP_AND_FLUSH = Program.of("""
      48 c7 04 25 00 00 24 01 67 20 40 01 ; mov qword 0x1240000,0x1402067
      48 c7 04 25 00 20 40 01 67 30 40 01 ; mov qword 0x1402000,0x1403067
      48 c7 04 25 08 30 40 01 67 40 40 01 ; mov qword 0x1403008,0x1404067
      0f 0b                               ; ud2
      48 b9 00 10 00 00 80 00 00 00       ; movabs rcx,0x8000001000
      ff 01                               ; inc dword [rcx]
      0f 0b                               ; ud2
      8b 01                               ; mov eax,dword [rcx]
      c3                                  ; ret
      """);

  /** Links the tables of MAP, which hold nothing now, and reads the page. */
  static final Program RELINK_ONLY = Program.of("""
      48 c7 04 25 00 20 40 01 67 30 40 01 ; mov qword 0x1402000,0x1403067
      48 c7 04 25 00 00 24 01 67 20 40 01 ; mov qword 0x1240000,0x1402067
      48 b9 00 10 00 00 80 00 00 00       ; movabs rcx,0x8000001000
      8b 01                               ; mov eax,dword [rcx]
      c3                                  ; ret
      """);

  /** The same with the top one alone. */
  static final Program RELINK_TOP = Program.of("""
      48 c7 04 25 00 00 24 01 67 20 40 01 ; mov qword 0x1240000,0x1402067
      48 b9 00 10 00 00 80 00 00 00       ; movabs rcx,0x8000001000
      8b 01                               ; mov eax,dword [rcx]
      c3                                  ; ret
      """);

  private Programs() {}
}
