package dev.mayfly.vm;

/** What stands between a function and the host. */
public enum Isolation {
  /** A KVM virtual machine. */
  KVM,
  /** A child process: for development, where there is no KVM. */
  PROCESS;

  /** The value of the header {@code X-Mayfly-Isolation}. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
