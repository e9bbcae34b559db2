package dev.mayfly.kvm;

/** A call into the kernel failed: which, with what errno, and what to do about it where that is known. */
final class SyscallException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int errno;

  SyscallException(String call, int errno) {
    this(call, errno, "");
  }

  SyscallException(String call, int errno, String hint) {
    super(call + " failed: " + Errno.name(errno) + " (" + errno + ")" + (hint.isEmpty() ? "" : "; " + hint));
    this.errno = errno;
  }

  int errno() {
    return errno;
  }
}
