package dev.mayfly.loadtest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The same WebAssembly code in a machine and under the {@code wasmtime} crate in an ordinary process, in turns, so that whatever else the
 * host does meanwhile falls on both. The program times itself, start and compilation are not in it.
 */
final class Kernels {
  static final List<String> NAMES = List.of("matmul", "sieve", "sha256");
  private final Path ordinary;
  private final Path wasm;

  /**
   * @param ordinary the program of {@code functions/compiler/examples/ordinary.rs}
   * @param wasm {@code functions/kernels/kernels.wasm}
   */
  Kernels(Path ordinary, Path wasm) {
    this.ordinary = ordinary;
    this.wasm = wasm;
  }

  /** The shortest time in the process through the shortest in the machine: what else the host does only ever makes a run longer. */
  double ratio(GatewayProcess gateway, String kernel, int rounds) throws IOException, InterruptedException {
    long machine = Long.MAX_VALUE;
    long process = Long.MAX_VALUE;
    for (int round = 0; round < rounds; round++) {
      Page answer = gateway.ask("/kernel/" + kernel);
      if (answer.status() != 200) {
        throw new IOException("the kernel " + kernel + " failed in its machine: " + answer);
      }
      String expected = inProcess(kernel);
      machine = Math.min(machine, nanos(answer.body()));
      process = Math.min(process, nanos(expected));
      if (!sum(answer.body()).equals(sum(expected))) {
        throw new IOException("the kernel " + kernel + " came to another result in its machine: " + answer.body() + " and " + expected);
      }
    }
    return (double) process / machine;
  }

  private String inProcess(String kernel) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(ordinary.toString(), wasm.toString(), kernel).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes());
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException("the kernel " + kernel + " failed in a process, exit status " + status);
    }
    return text;
  }

  private static long nanos(String line) {
    return Long.parseLong(line.split(" ")[0]);
  }

  private static String sum(String line) {
    return line.strip().split(" ")[1];
  }
}
