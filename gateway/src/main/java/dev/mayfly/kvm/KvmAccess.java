package dev.mayfly.kvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;

/** Finds out whether KVM can be used, by trying, and says what to do if not. */
final class KvmAccess {
  private KvmAccess() {}

  static KvmProbe probe(Path device) {
    try (KvmDevice kvm = new KvmDevice(device.toString())) {
      String missing = kvm.missing();
      return missing.isEmpty() ? new KvmProbe.Usable() : new KvmProbe.Lacking(missing);
    } catch (SyscallException e) {
      return switch (e.errno()) {
        case Errno.ENOENT, Errno.ENXIO, Errno.ENODEV -> new KvmProbe.Absent(device + " does not exist or has no driver (" + Errno.name(e.errno())
            + "): this machine has no KVM, or its module is not loaded (modprobe kvm_intel or kvm_amd), or it was not given to this container (--device "
            + device + ")");
        case Errno.EACCES, Errno.EPERM -> new KvmProbe.Forbidden(forbidden(device, System.getProperty("user.name")));
        default -> new KvmProbe.Lacking(device + ": " + e.getMessage());
      };
    }
  }

  /** What the user is to do about a device that is there and may not be opened. */
  static String forbidden(Path device, String user) {
    String is = device + " is there, but the user " + user + " may not open it";
    try {
      PosixFileAttributes file = Files.readAttributes(device, PosixFileAttributes.class);
      String group = file.group().getName();
      boolean groupMay = file.permissions().contains(PosixFilePermission.GROUP_READ) && file.permissions().contains(PosixFilePermission.GROUP_WRITE);
      return groupMay
          ? is + ": join the group " + group + " (sudo usermod -aG " + group + " " + user + ", then log in again)"
          : is + ", and neither may its group " + group + ": give it to the group kvm (sudo chgrp kvm " + device + " && sudo chmod 660 " + device
              + ") and join that (sudo usermod -aG kvm " + user + ", then log in again)";
    } catch (IOException | UnsupportedOperationException e) {
      return is + ": join the device's group, usually kvm (sudo usermod -aG kvm " + user + ", then log in again)";
    }
  }
}
