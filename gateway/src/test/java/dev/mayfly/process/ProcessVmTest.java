package dev.mayfly.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.vm.Engine;
import dev.mayfly.vm.VmContract;
import java.nio.file.Files;
import java.nio.file.Path;

/** The contract, kept by processes. The build has the program. */
class ProcessVmTest extends VmContract {
  @Override
  protected Engine make() throws Exception {
    Path program = program("mayfly-process");
    assertThat(Files.isExecutable(program)).as(program + " is built").isTrue();
    return new ProcessEngine(program);
  }
}
