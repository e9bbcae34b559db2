package dev.mayfly.kvm;

import dev.mayfly.vm.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a snapshot of this engine depends on beside its image: one line. */
final class Fingerprint {
  private Fingerprint() {}

  static String of(UnikernelImage unikernel, CpuFeatures cpu) {
    return "kvm unikernel=" + unikernel.sha256() + " abi=" + Exchange.ABI_VERSION + " map=" + MachineMap.VERSION + " kernel=" + line(Path.of("/proc/sys/kernel/osrelease"), "")
        + " cpu=" + line(Path.of("/proc/cpuinfo"), "model name") + " cpuid=" + digest(cpu.table());
  }

  /** The first line of a file that begins so. */
  private static String line(Path file, String start) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).lines().filter(l -> l.startsWith(start)).findFirst().orElse("unknown")
          .replaceFirst("^.*:\\s*", "").strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
