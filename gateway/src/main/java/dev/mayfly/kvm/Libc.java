package dev.mayfly.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The C library's functions that the monitor calls, and no others. Pointers go in as {@code long}, so every caller answers for what lies
 * there and for its staying there during the call. A failure is a {@link SyscallException} with the errno, which each thread keeps in memory of its
 * own. Any thread.
 *
 * <p>No call is "critical": a thread inside KVM_RUN must not hold off the garbage collector.
 */
final class Libc {
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_CLOEXEC = 0x80000;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int MAP_SHARED = 1;
  static final int MAP_PRIVATE = 2;
  static final int MAP_ANONYMOUS = 0x20;
  static final int MAP_NORESERVE = 0x4000;
  static final int MADV_DONTNEED = 4;
  static final int MADV_HUGEPAGE = 14;
  static final int MADV_NOHUGEPAGE = 15;
  static final int MADV_POPULATE_WRITE = 23;

  private static final long SYS_GETTID = 186;
  private static final long SYS_TGKILL = 234;

  /** {@code struct sigaction} of glibc on x86-64: handler 8, mask 128, flags 4, padding, restorer 8. */
  private static final int SIGACTION_BYTES = 152;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_VALUE =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle OPEN = handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
  private static final MethodHandle IOCTL = handle("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle MMAP =
      handle("mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MUNMAP = handle("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle MADVISE = handle("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle PREAD = handle("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle SIGACTION = handle("sigaction", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle SYSCALL =
      handle("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG), Linker.Option.firstVariadicArg(1));

  /** One for each thread: a shared one would hand a thread another's errno. */
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  private static final int PID = (int) ProcessHandle.current().pid();

  private Libc() {}

  private static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... options) {
    Linker.Option[] all = new Linker.Option[options.length + 1];
    all[0] = ERRNO;
    System.arraycopy(options, 0, all, 1, options.length);
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, all);
  }

  static int open(String path, int flags) {
    MemorySegment captured = CAPTURED.get();
    try (Arena arena = Arena.ofConfined()) {
      int fd = (int) OPEN.invokeExact(captured, arena.allocateFrom(path), flags | O_CLOEXEC, 0);
      if (fd < 0) {
        throw new SyscallException("open " + path, errno(captured));
      }
      return fd;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * ioctl; {@code argument} is a number or an address, as the request has it.
   *
   * @param name the request's, for the error
   */
  static int ioctl(int fd, String name, long request, long argument) {
    int result = tryIoctl(fd, request, argument);
    if (result < 0) {
      throw new SyscallException(name, -result);
    }
    return result;
  }

  /** ioctl without an exception: the result, or the errno, negative. */
  static int tryIoctl(int fd, long request, long argument) {
    MemorySegment captured = CAPTURED.get();
    try {
      int result = (int) IOCTL.invokeExact(captured, fd, request, argument);
      return result < 0 ? -errno(captured) : result;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static void close(int fd) {
    MemorySegment captured = CAPTURED.get();
    try {
      if ((int) CLOSE.invokeExact(captured, fd) < 0 && errno(captured) != Errno.EINTR) {
        throw new SyscallException("close", errno(captured)); // after EINTR Linux has closed it all the same
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Maps {@code bytes} and returns their address. */
  static long mmap(long bytes, int protection, int flags, int fd) {
    MemorySegment captured = CAPTURED.get();
    try {
      long address = (long) MMAP.invokeExact(captured, 0L, bytes, protection, flags, fd, 0L);
      if (address == -1) {
        throw new SyscallException("mmap of " + bytes + " bytes", errno(captured),
            "the host is out of memory, or of mappings (sysctl vm.max_map_count)");
      }
      return address;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static void munmap(long address, long bytes) {
    MemorySegment captured = CAPTURED.get();
    try {
      if ((int) MUNMAP.invokeExact(captured, address, bytes) < 0) {
        throw new SyscallException("munmap", errno(captured));
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** madvise; false where the kernel does not know the advice. */
  static boolean madvise(long address, long bytes, int advice) {
    MemorySegment captured = CAPTURED.get();
    try {
      if ((int) MADVISE.invokeExact(captured, address, bytes, advice) == 0) {
        return true;
      }
      if (errno(captured) == Errno.EINVAL) {
        return false;
      }
      throw new SyscallException("madvise " + advice + " of " + bytes + " bytes", errno(captured));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long pread(int fd, long into, long bytes, long offset) {
    MemorySegment captured = CAPTURED.get();
    try {
      long got = (long) PREAD.invokeExact(captured, fd, into, bytes, offset);
      if (got < 0) {
        throw new SyscallException("pread", errno(captured));
      }
      return got;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The calling thread's number in the kernel. */
  static int gettid() {
    return (int) syscall(SYS_GETTID, 0, 0, 0);
  }

  /** Sends a signal to a thread of this process. A thread that has ended is no error. */
  static void signal(int thread, int signal) {
    syscall(SYS_TGKILL, PID, thread, signal);
  }

  private static long syscall(long number, long a, long b, long c) {
    MemorySegment captured = CAPTURED.get();
    try {
      return (long) SYSCALL.invokeExact(captured, number, a, b, c);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Makes a signal interrupt system calls and do nothing else. The handler is libc's {@code abs}, which takes an int, touches no memory and is
   * legal at any moment; an upcall into Java would not be. No SA_RESTART: KVM_RUN is to come back with EINTR.
   */
  static void interruptOn(int signal) {
    MemorySegment captured = CAPTURED.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(SIGACTION_BYTES, 8);
      action.set(ValueLayout.ADDRESS, 0, LINKER.defaultLookup().findOrThrow("abs"));
      if ((int) SIGACTION.invokeExact(captured, signal, action.address(), 0L) < 0) {
        throw new SyscallException("sigaction " + signal, errno(captured));
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int errno(MemorySegment captured) {
    return (int) ERRNO_VALUE.get(captured, 0L);
  }

  private static RuntimeException unexpected(Throwable e) {
    if (e instanceof SyscallException known) {
      return known;
    }
    throw new AssertionError("a call that cannot throw threw", e);
  }
}
