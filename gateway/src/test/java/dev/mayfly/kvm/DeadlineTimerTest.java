package dev.mayfly.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineTimerTest {
  private final AtomicInteger kicks = new AtomicInteger();
  private final DeadlineTimer timer = new DeadlineTimer(shell -> kicks.incrementAndGet());
  private final MachineMemory memory = new MachineMemory(new GuestMemory(MachineMap.OWN_END - MachineMap.OWN, false), null);
  private final Shell shell = new Shell(new VmDescriptor(-1), VcpuDescriptor.over(-1), memory, new GuestMemory(MachineMap.PAGE, false), timer);

  @AfterEach
  void close() {
    timer.close();
    memory.close();
  }

  @Test
  void aRunThatLastsTooLongIsKickedOnce() {
    DeadlineTimer.Slot slot = timer.slot();
    slot.armAt(shell, System.nanoTime() + 2_000_000);
    await().until(() -> kicks.get() == 1);
    slot.armAt(shell, System.nanoTime() + 2_000_000); // time for the timer to go round again
    await().until(() -> kicks.get() == 2);
    slot.disarm();
    assertThat(kicks.get()).isEqualTo(2);
  }

  @Test
  void oneWhoseTimeIsOverAlreadyIsKickedToo() {
    timer.slot().armAt(shell, System.nanoTime() - 1);
    await().until(() -> kicks.get() == 1);
  }

  @Test
  void aRunThatEndedIsNotKickedAndTheNextOneIs() {
    DeadlineTimer.Slot slot = timer.slot();
    for (int i = 0; i < 1000; i++) {
      slot.armAt(shell, System.nanoTime() + 60_000_000_000L);
      slot.disarm();
    }
    slot.armAt(shell, System.nanoTime() + 1_000_000);
    await().until(() -> kicks.get() > 0);
    assertThat(kicks.get()).isEqualTo(1);
  }

  @Test
  void anEarlierEndThanTheOneWaitedForIsSeen() throws InterruptedException {
    timer.slot().armAt(shell, System.nanoTime() + 60_000_000_000L);
    Thread other = Thread.ofPlatform().start(() -> timer.slot().armAt(shell, System.nanoTime() + 1_000_000));
    other.join();
    await().until(() -> kicks.get() == 1);
  }

  @Test
  void closeWorksTwice() {
    timer.close();
    timer.close();
  }
}
