package dev.mayfly.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvmAccessTest {
  @TempDir
  Path folder;

  @Test
  void aMachineWithoutKvmIsToldSo() {
    assertThat(KvmAccess.probe(folder.resolve("kvm"))).isInstanceOf(KvmProbe.Absent.class);
    assertThat(KvmAccess.probe(folder.resolve("kvm")).text()).contains("no KVM").contains("--device").doesNotContain("\n");
  }

  @Test
  void aFileThatIsNotKvmLacksEverything() throws IOException {
    Path file = Files.createFile(folder.resolve("kvm"));
    assertThat(KvmAccess.probe(file)).isInstanceOf(KvmProbe.Lacking.class);
    assertThat(KvmAccess.probe(file).text()).contains("KVM_GET_API_VERSION failed: ENOTTY");
  }

  @Test
  void theGroupToJoinIsNamed() throws IOException {
    Path file = Files.createFile(folder.resolve("kvm"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    String group = Files.readAttributes(file, java.nio.file.attribute.PosixFileAttributes.class).group().getName();
    assertThat(KvmAccess.forbidden(file, "ada")).contains("ada may not open it").contains("sudo usermod -aG " + group + " ada");
  }

  @Test
  void aDeviceThatNoGroupMayOpenIsToBeGivenToOne() throws IOException {
    Path file = Files.createFile(folder.resolve("kvm"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(KvmAccess.forbidden(file, "ada")).contains("sudo chgrp kvm " + file).contains("sudo usermod -aG kvm ada");
  }

  @Test
  void theRealOneWorksIfItIsThere() {
    Kvm.needed();
    assertThat(KvmEngine.probe()).isEqualTo(new KvmProbe.Usable());
  }
}
