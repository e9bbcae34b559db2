package dev.mayfly.loadtest.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of the test's own process. */
final class VitalsTest {
  private static Vitals now() throws Exception {
    return Vitals.of(ProcessHandle.current().pid(), Path.of(System.getProperty("java.home")));
  }

  @Test
  void whatIsOpenAndHeldShows() throws Exception {
    Vitals before = now();
    List<FileChannel> open = new ArrayList<>();
    byte[] held = new byte[64 << 20];
    try {
      for (int i = 0; i < 200; i++) {
        open.add(FileChannel.open(Path.of("/dev/null")));
      }
      Vitals after = now();
      assertThat(after.files() - before.files()).isGreaterThan(150);
      assertThat(after.heapBytes() - before.heapBytes()).isGreaterThan(held.length / 2);
      assertThat(after.residentBytes()).isGreaterThan(after.heapBytes());
      assertThat(after.threads()).isPositive();
      assertThat(after.mappings()).isPositive();
      assertThat(after.machines()).isZero();
    } finally {
      for (FileChannel one : open) {
        one.close();
      }
    }
  }
}
