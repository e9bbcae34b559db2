package dev.mayfly.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VcpuExitTest {
  private final MemorySegment run = Arena.ofAuto().allocate(4096, 8);

  @ParameterizedTest
  @CsvSource({"1,1,0x4d,1,true", "0,1,0x4d,1,false", "1,2,0x4d,1,false", "1,1,0x4e,1,false", "1,1,0x4d,2,false", "1,1,0x4d,0,false"})
  void oneByteOutToThePortIsTheOnlyWayOut(int direction, int size, String port, int count, boolean left) {
    run.set(JAVA_INT, 0x08, 2);
    run.set(JAVA_BYTE, 0x20, (byte) direction);
    run.set(JAVA_BYTE, 0x21, (byte) size);
    run.set(JAVA_SHORT, 0x22, (short) (int) Integer.decode(port));
    run.set(JAVA_INT, 0x24, count);
    assertThat(VcpuExit.read(run).left()).isEqualTo(left);
  }

  @ParameterizedTest
  @CsvSource({"0,KVM_EXIT_UNKNOWN", "3,KVM_EXIT_HYPERCALL", "4,KVM_EXIT_DEBUG", "5,KVM_EXIT_HLT", "6,KVM_EXIT_MMIO", "8,KVM_EXIT_SHUTDOWN", "9,KVM_EXIT_FAIL_ENTRY",
      "17,KVM_EXIT_INTERNAL_ERROR", "24,KVM_EXIT_SYSTEM_EVENT", "29,KVM_EXIT_X86_RDMSR", "30,KVM_EXIT_X86_WRMSR", "99,KVM exit 99"})
  void anyOtherExitIsNamed(int reason, String name) {
    run.set(JAVA_INT, 0x08, reason);
    assertThat(VcpuExit.read(run).left()).isFalse();
    assertThat(VcpuExit.read(run).text()).startsWith(name);
  }

  @Test
  void anMmioExitSaysWhatAndWhere() {
    run.set(JAVA_INT, 0x08, 6);
    run.set(JAVA_INT, 0x20, 0x1234_5000);
    run.set(JAVA_INT, 0x30, 4);
    run.set(JAVA_BYTE, 0x34, (byte) 1);
    assertThat(VcpuExit.read(run).text()).contains("write of 4 bytes at 0x12345000");
  }
}
