package dev.mayfly.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class CpuFeaturesTest {
  private static final int ALL = -1;

  /** A table of entries {function, index, eax, ebx, ecx, edx}. */
  private static byte[] table(int[]... entries) {
    ByteBuffer out = ByteBuffer.allocate(8 + entries.length * 40).order(ByteOrder.LITTLE_ENDIAN).putInt(entries.length).putInt(0);
    for (int[] e : entries) {
      out.putInt(e[0]).putInt(e[1]).putInt(1).putInt(e[2]).putInt(e[3]).putInt(e[4]).putInt(e[5]).position(out.position() + 12);
    }
    return out.array();
  }

  private static int[] find(CpuFeatures cpu, int function, int index) {
    ByteBuffer in = ByteBuffer.wrap(cpu.table()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < in.getInt(0); i++) {
      int at = 8 + i * 40;
      if (in.getInt(at) == function && in.getInt(at + 4) == index) {
        return new int[] {in.getInt(at + 12), in.getInt(at + 16), in.getInt(at + 20), in.getInt(at + 24)};
      }
    }
    return null;
  }

  private static CpuFeatures everything() {
    return CpuFeatures.of(table(new int[] {1, 0, ALL, ALL, ALL, ALL}, new int[] {7, 0, 2, ALL, ALL, ALL}, new int[] {7, 1, ALL, ALL, ALL, ALL},
        new int[] {0xa, 0, ALL, ALL, ALL, ALL}, new int[] {0xd, 0, 0xe7, 1, 1, 0}, new int[] {0xd, 1, ALL, 1, ALL, ALL}, new int[] {0xd, 2, 256, 576, 0, 0},
        new int[] {0xd, 5, 64, 832, 0, 0}, new int[] {0x4000_0000, 0, 1, 2, 3, 4}, new int[] {0x8000_0001, 0, 0, 0, ALL, ALL}, new int[] {0x8000_000a, 0, 1, 1, 1, 1}));
  }

  @Test
  void whatLeadsOutOfAResetIsNotThere() {
    CpuFeatures cpu = everything();
    assertThat(find(cpu, 1, 0)[2] & (1 << 5 | 1 << 21 | 1 << 31)).as("VMX, x2APIC, hypervisor").isZero();
    assertThat(find(cpu, 7, 0)[1] & 1 << 16).as("AVX-512").isZero();
    assertThat(find(cpu, 7, 0)[2] & (1 << 3 | 1 << 7)).as("protection keys, shadow stacks").isZero();
    assertThat(find(cpu, 0x8000_0001, 0)[2] & 1 << 2).as("SVM").isZero();
    assertThat(find(cpu, 0xd, 1)[0]).as("XSAVEOPT alone").isEqualTo(1);
    for (int gone : new int[] {0xa, 0x4000_0000, 0x8000_000a}) {
      assertThat(find(cpu, gone, 0)).isNull();
    }
    assertThat(find(cpu, 0xd, 5)).isNull();
  }

  @Test
  void whatFunctionsUseStays() {
    CpuFeatures cpu = everything();
    assertThat(cpu.xsave()).isTrue();
    assertThat(cpu.nx()).isTrue();
    assertThat(cpu.xcr0()).isEqualTo(7);
    assertThat(find(cpu, 0xd, 0)).containsExactly(7, 832, 832, 0);
    assertThat(find(cpu, 1, 0)[2] & (1 << 12 | 1 << 19 | 1 << 20 | 1 << 23 | 1 << 28)).as("FMA, SSE4.1, SSE4.2, POPCNT, AVX")
        .isEqualTo(1 << 12 | 1 << 19 | 1 << 20 | 1 << 23 | 1 << 28);
    assertThat(find(cpu, 7, 0)[1] & (1 << 3 | 1 << 5 | 1 << 8)).as("BMI1, AVX2, BMI2").isEqualTo(1 << 3 | 1 << 5 | 1 << 8);
  }

  @Test
  void aProcessorWithoutAvxHasNoStateForIt() {
    CpuFeatures cpu = CpuFeatures.of(table(new int[] {1, 0, 0, 0, 1 << 26, 0}, new int[] {0xd, 0, 3, 576, 576, 0}));
    assertThat(cpu.xcr0()).isEqualTo(3);
    assertThat(find(cpu, 0xd, 0)).containsExactly(3, 576, 576, 0);
  }

  @Test
  void theTableDoesNotDependOnTheCpuThatWasAsked() {
    CpuFeatures one = CpuFeatures.of(table(new int[] {1, 0, 5, 0x0002_0800, 0, 0}));
    CpuFeatures other = CpuFeatures.of(table(new int[] {1, 0, 5, 0x0102_0800, 0, 0}));
    assertThat(one.table()).isEqualTo(other.table());
  }
}
