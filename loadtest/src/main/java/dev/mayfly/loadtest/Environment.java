package dev.mayfly.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a figure depends on beside the code: printed above every table. */
final class Environment {
  private Environment() {}

  static String of(Path home) {
    return """
        CPU     %s, %d cores
        kernel  %s %s
        KVM     %s
        JVM     %s %s
        commit  %s
        """.formatted(cpu(), Runtime.getRuntime().availableProcessors(), System.getProperty("os.name"), System.getProperty("os.version"),
        kvm(), System.getProperty("java.vm.name"), System.getProperty("java.vm.version"), commit(home));
  }

  private static String cpu() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines.filter(line -> line.startsWith("model name")).map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** The modules that make KVM here, and so what an exit costs. */
  private static String kvm() {
    if (!Files.exists(Path.of("/dev/kvm"))) {
      return "none: processes instead of machines";
    }
    return Stream.of("kvm_intel", "kvm_amd", "kvm_pvm").filter(module -> Files.exists(Path.of("/sys/module", module))).findFirst()
        .map(module -> module.equals("kvm_pvm") ? "kvm_pvm (software, nested)" : module + (hypervisor() ? " (nested)" : "")).orElse("of unknown kind");
  }

  private static boolean hypervisor() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo")).contains(" hypervisor");
    } catch (IOException e) {
      return false;
    }
  }

  private static String commit(Path home) {
    try {
      Process git = new ProcessBuilder(List.of("git", "-C", home.toString(), "describe", "--always", "--dirty")).redirectErrorStream(true).start();
      String text = new String(git.getInputStream().readAllBytes()).strip();
      return git.waitFor() == 0 ? text : "unknown";
    } catch (IOException e) {
      return "unknown";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }
}
