package dev.mayfly.kvm;

import dev.mayfly.vm.Engine;
import dev.mayfly.vm.VmContract;
import java.nio.file.Files;
import java.nio.file.Path;

/** What every engine promises, with the real unikernel in machines of KVM. */
class KvmContractTest extends VmContract {
  @Override
  protected Engine make() throws Exception {
    Kvm.needed();
    return new KvmEngine(Files.readAllBytes(unikernel()), KvmSettings.defaults().withShells(4));
  }

  /** Where {@code cargo build --release} puts it: in a workspace of its own, since it is built for a machine without a system. */
  private static Path unikernel() {
    return program("mayfly-unikernel").resolve("../../../unikernel/target/x86_64-unknown-linux-gnu/release/mayfly-unikernel").normalize();
  }
}
