package dev.mayfly.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel encodes each structure's size in the request's number: our layouts must agree. */
class LayoutTest {
  static Stream<Arguments> structures() {
    return Stream.of(
        Arguments.of("kvm_regs", Ioctl.GET_REGS, Regs.SIZE),
        Arguments.of("kvm_regs", Ioctl.SET_REGS, Regs.SIZE),
        Arguments.of("kvm_sregs", Ioctl.GET_SREGS, SpecialRegs.SIZE),
        Arguments.of("kvm_sregs", Ioctl.SET_SREGS, SpecialRegs.SIZE),
        Arguments.of("kvm_xcrs", Ioctl.GET_XCRS, VcpuState.XCRS_SIZE),
        Arguments.of("kvm_xcrs", Ioctl.SET_XCRS, VcpuState.XCRS_SIZE),
        Arguments.of("kvm_debugregs", Ioctl.GET_DEBUGREGS, VcpuState.DEBUGREGS_SIZE),
        Arguments.of("kvm_debugregs", Ioctl.SET_DEBUGREGS, VcpuState.DEBUGREGS_SIZE),
        Arguments.of("kvm_vcpu_events", Ioctl.GET_VCPU_EVENTS, VcpuState.EVENTS_SIZE),
        Arguments.of("kvm_vcpu_events", Ioctl.SET_VCPU_EVENTS, VcpuState.EVENTS_SIZE),
        Arguments.of("kvm_xsave", Ioctl.GET_XSAVE, VcpuState.XSAVE_SIZE),
        Arguments.of("kvm_xsave", Ioctl.SET_XSAVE, VcpuState.XSAVE_SIZE),
        Arguments.of("kvm_cpuid2", Ioctl.GET_SUPPORTED_CPUID, CpuFeatures.HEAD),
        Arguments.of("kvm_cpuid2", Ioctl.SET_CPUID2, CpuFeatures.HEAD),
        Arguments.of("kvm_userspace_memory_region", Ioctl.SET_USER_MEMORY_REGION, VmDescriptor.MEMORY_REGION),
        Arguments.of("kvm_enable_cap", Ioctl.ENABLE_CAP, VmDescriptor.ENABLE_CAP),
        Arguments.of("kvm_dirty_log", Ioctl.GET_DIRTY_LOG, VmDescriptor.DIRTY_LOG),
        Arguments.of("kvm_clear_dirty_log", Ioctl.CLEAR_DIRTY_LOG, VmDescriptor.CLEAR_DIRTY_LOG),
        Arguments.of("kvm_msr_filter", Ioctl.X86_SET_MSR_FILTER, VmDescriptor.MSR_FILTER),
        Arguments.of("pm_scan_arg", Ioctl.PAGEMAP_SCAN, PageMap.SCAN_ARG));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("structures")
  void aStructureHasTheSizeThatItsRequestNames(String structure, long request, int size) {
    assertThat(size).isEqualTo(Ioctl.size(request));
  }

  @Test
  void theVcpusStateDoesNotOverlap() {
    assertThat(VcpuState.SREGS).isEqualTo(VcpuState.REGS + Regs.SIZE);
    assertThat(VcpuState.XCRS).isEqualTo(VcpuState.SREGS + SpecialRegs.SIZE);
    assertThat(VcpuState.DEBUGREGS).isEqualTo(VcpuState.XCRS + VcpuState.XCRS_SIZE);
    assertThat(VcpuState.EVENTS).isEqualTo(VcpuState.DEBUGREGS + VcpuState.DEBUGREGS_SIZE);
    assertThat(VcpuState.XSAVE).isGreaterThanOrEqualTo(VcpuState.EVENTS + VcpuState.EVENTS_SIZE);
  }
}
