package dev.mayfly.vm;

import java.nio.file.Path;
import java.util.List;

/** The contract's probe program as an image, for an engine's own tests; its arguments come with the request. */
public final class ProbeImage {
  private ProbeImage() {}

  public static Image probe(Path scratch) throws Exception {
    byte[] code = ContractImage.compiled("/contract/probe.wasm", scratch);
    return ContractImage.write(scratch.resolve("probe.image"), code, 64 << 20, Image.ARGS_FROM_REQUEST, List.of("probe"), List.of());
  }

  /** A program of the build. */
  public static Path program(String name) {
    return ContractImage.program(name);
  }
}
