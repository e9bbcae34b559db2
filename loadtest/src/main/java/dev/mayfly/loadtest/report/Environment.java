package dev.mayfly.loadtest.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a figure depends on beside the code: of the machine that the load came from, and so of the target's where it runs on the same.
 *
 * @param kvm the modules that make KVM here, and so what an exit costs
 * @param commit of Mayfly, with "-dirty" if there were changes
 */
public record Environment(String cpu, int cores, String kernel, String kvm, String jvm, String commit) {
  /** @param home the project's folder; where it is not one of git the commit is unknown */
  public static Environment here(Path home) {
    return new Environment(cpuModel(), Runtime.getRuntime().availableProcessors(), System.getProperty("os.name") + " " + System.getProperty("os.version"),
        kvmKind(), System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"), describe(home));
  }

  /** Six lines. */
  public String text() {
    return """
        CPU     %s, %d cores
        kernel  %s
        KVM     %s
        JVM     %s
        commit  %s
        """.formatted(cpu, cores, kernel, kvm, jvm, commit);
  }

  private static String cpuModel() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines.filter(line -> line.startsWith("model name")).map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String kvmKind() {
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

  private static String describe(Path home) {
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
