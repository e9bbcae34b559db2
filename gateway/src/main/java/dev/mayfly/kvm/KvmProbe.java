package dev.mayfly.kvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;

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

  /** Tries it. */
  static KvmProbe of(Path path) {
    try (KvmDevice device = new KvmDevice(path.toString())) {
      String missing = device.missing();
      return missing.isEmpty() ? new Usable() : new Lacking(missing);
    } catch (SyscallException e) {
      return switch (e.errno()) {
        case Errno.ENOENT, Errno.ENXIO, Errno.ENODEV -> new Absent(path + " does not exist or has no driver (" + Errno.name(e.errno())
            + "): this machine has no KVM, or its modules are not loaded (modprobe kvm_intel or kvm_amd), or it was not given to this container (--device " + path + ")");
        case Errno.EACCES, Errno.EPERM -> new Forbidden(forbidden(path));
        default -> new Lacking(e.getMessage());
      };
    }
  }

  private static String forbidden(Path path) {
    String user = System.getProperty("user.name");
    String is = path + " is there, but the user " + user + " may not open it";
    try {
      PosixFileAttributes file = Files.readAttributes(path, PosixFileAttributes.class);
      String group = file.group().getName();
      boolean groupMay = file.permissions().contains(PosixFilePermission.GROUP_READ) && file.permissions().contains(PosixFilePermission.GROUP_WRITE);
      return groupMay
          ? is + ": join the group " + group + " (sudo usermod -aG " + group + " " + user + ", then log in again)"
          : is + ", and neither may its group " + group + ": give it to the group kvm (sudo chgrp kvm " + path + "; sudo chmod 660 " + path
              + ") and join that (sudo usermod -aG kvm " + user + ", then log in again)";
    } catch (IOException | UnsupportedOperationException e) {
      return is + ": join the device's group, usually kvm (sudo usermod -aG kvm " + user + ", then log in again)";
    }
  }
}
