package dev.mayfly.kvm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call on a descriptor that is none: the error names the call and the errno, and nothing else happens. */
class BadDescriptorTest {
  private static final int NONE = -1;

  static Stream<Named<Consumer<KvmDevice>>> deviceCalls() {
    return Stream.of(
        Named.of("KVM_GET_API_VERSION", KvmDevice::missing),
        Named.of("KVM_CHECK_EXTENSION", d -> d.has(Capability.XSAVE)),
        Named.of("KVM_GET_VCPU_MMAP_SIZE", KvmDevice::runBytes),
        Named.of("KVM_GET_SUPPORTED_CPUID", KvmDevice::features),
        Named.of("KVM_CREATE_VM", KvmDevice::createVm));
  }

  @ParameterizedTest
  @MethodSource("deviceCalls")
  void theDevice(Consumer<KvmDevice> call) {
    assertNamed(() -> call.accept(KvmDevice.over(NONE)));
  }

  static Stream<Named<Consumer<VmDescriptor>>> vmCalls() {
    return Stream.of(
        Named.of("KVM_ENABLE_CAP", VmDescriptor::denyMsrs),
        Named.of("KVM_ENABLE_CAP", VmDescriptor::keepDirtyLogs),
        Named.of("KVM_GET_DIRTY_LOG", vm -> new DirtyLog(vm.fd(), 1, MachineMap.OWN, MachineMap.HUGE).read()),
        Named.of("KVM_CLEAR_DIRTY_LOG", vm -> new DirtyLog(vm.fd(), 1, MachineMap.OWN, MachineMap.HUGE).clear(MachineMap.OWN, MachineMap.OWN + MachineMap.HUGE)),
        Named.of("KVM_CREATE_VCPU", vm -> vm.createVcpu(4096)),
        Named.of("KVM_SET_USER_MEMORY_REGION", vm -> {
          try (GuestMemory memory = new GuestMemory(MachineMap.HUGE, false)) {
            vm.addShared(0, 0, memory);
          }
        }));
  }

  @ParameterizedTest
  @MethodSource("vmCalls")
  void aVm(Consumer<VmDescriptor> call) {
    assertNamed(() -> call.accept(new VmDescriptor(NONE)));
  }

  static Stream<Named<Consumer<VcpuDescriptor>>> vcpuCalls() {
    return Stream.of(
        Named.of("KVM_GET_REGS", VcpuDescriptor::state),
        Named.of("KVM_SET_SREGS", v -> v.state(new VcpuState())),
        Named.of("KVM_GET_TSC_KHZ", VcpuDescriptor::tscHz),
        Named.of("KVM_ENABLE_CAP", v -> v.features(new CpuFeatures(new byte[8], true, 3, true))),
        Named.of("KVM_RUN", VcpuDescriptor::completeExit));
  }

  @ParameterizedTest
  @MethodSource("vcpuCalls")
  void aVcpu(Consumer<VcpuDescriptor> call) {
    assertNamed(() -> call.accept(VcpuDescriptor.over(NONE)));
  }

  @Test
  void aFileThatIsNotThere() {
    assertThatThrownBy(() -> new KvmDevice("/no/such/device")).isInstanceOf(SyscallException.class).hasMessage("open /no/such/device failed: ENOENT (2)");
  }

  @Test
  void aRunPageOfNothing() {
    assertThatThrownBy(() -> new VcpuDescriptor(NONE, 4096)).isInstanceOf(SyscallException.class).hasMessageContaining("mmap of 4096 bytes failed: EBADF (9)");
  }

  @Test
  void closingNothing() {
    assertThatThrownBy(() -> Libc.close(NONE)).isInstanceOf(SyscallException.class).hasMessage("close failed: EBADF (9)");
  }

  private static void assertNamed(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(SyscallException.class).hasMessageMatching("KVM_.* failed: EBADF \\(9\\)");
  }
}
