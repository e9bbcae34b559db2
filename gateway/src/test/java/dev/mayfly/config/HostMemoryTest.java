package dev.mayfly.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMemoryTest {
  private static final long HOST = 8L << 30;

  @TempDir Path root;

  @BeforeEach
  void host() throws IOException {
    write("proc/meminfo", "MemFree: 1 kB\nMemTotal:        8388608 kB\n");
  }

  @Test
  void withoutACgroupItIsTheHosts() {
    assertThat(new HostMemory(root).bytes()).isEqualTo(HOST);
  }

  @Test
  void theLeastLimitOnTheWayUpBinds() throws Exception {
    write("proc/self/cgroup", "0::/a/b\n");
    write("sys/fs/cgroup/a/b/memory.max", "max\n");
    write("sys/fs/cgroup/a/memory.max", "1000000\n");
    assertThat(new HostMemory(root).bytes()).isEqualTo(1_000_000);
  }

  @Test
  void insideAContainerTheMountsRootBinds() throws Exception {
    write("proc/self/cgroup", "0::/../../kubepods/x\n");
    write("sys/fs/cgroup/memory.max", "2000000\n");
    assertThat(new HostMemory(root).bytes()).isIn(2_000_000L, HOST);
    write("proc/self/cgroup", "0::/docker/absent\n");
    assertThat(new HostMemory(root).bytes()).isEqualTo(2_000_000);
  }

  @Test
  void versionOneHasItsOwnFiles() throws Exception {
    write("proc/self/cgroup", "5:cpu:/a\n4:memory:/a\n0::/\n");
    write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "3000000\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    assertThat(new HostMemory(root).bytes()).isEqualTo(3_000_000);
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
