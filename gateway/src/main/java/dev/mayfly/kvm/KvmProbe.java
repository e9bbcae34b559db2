package dev.mayfly.kvm;

/** Whether KVM can be used here; {@link #text} is one line for the user. */
public sealed interface KvmProbe {
  /** One line: what is so, and what to do about it. */
  String text();

  /** It can. */
  record Usable() implements KvmProbe {
    @Override
    public String text() {
      return "/dev/kvm can be used";
    }
  }

  /** There is no KVM. */
  record Absent(String text) implements KvmProbe {}

  /** It is there, and this user may not open it. */
  record Forbidden(String text) implements KvmProbe {}

  /** It is there, and cannot do what is needed, or fails. */
  record Lacking(String text) implements KvmProbe {}
}
