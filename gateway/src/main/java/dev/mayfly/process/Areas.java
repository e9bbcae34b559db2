package dev.mayfly.process;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The exchange areas of an engine, used and used again. Thread-safe. */
final class Areas {
  private static final Logger LOG = LoggerFactory.getLogger(Areas.class);
  /** Free areas that are kept, at most; each holds up to 328 KiB. */
  private static final int KEPT = 256;
  /** How long a process may take to die. */
  private static final long DEATH_NANOS = 5_000_000_000L;

  private final PrivateDirectory directory;
  private final ConcurrentLinkedQueue<Area> free = new ConcurrentLinkedQueue<>();
  private final AtomicLong number = new AtomicLong();

  Areas(PrivateDirectory directory) {
    this.directory = directory;
  }

  /** All zeros. */
  Area take() throws IOException {
    Area area = free.poll();
    if (area == null) {
      return Area.create(directory.path().resolve("area-" + number.incrementAndGet()));
    }
    area.clear();
    return area;
  }

  /** Nobody had it, or who had it is gone. */
  void give(Area area) {
    if (free.size() < KEPT) {
      free.add(area);
    } else {
      discard(area);
    }
  }

  /** Ends the process at the connection's other end; its area is used again when it is gone, and never if that cannot be seen. */
  void giveAfterDeath(Area area, Connection connection) {
    connection.hangUp();
    Thread.ofVirtual().name("mayfly-process-reaper").start(() -> {
      boolean gone = connection.awaitClosed(DEATH_NANOS);
      connection.close();
      if (gone) {
        give(area);
      } else {
        discard(area);
      }
    });
  }

  private static void discard(Area area) {
    try {
      area.delete();
    } catch (IOException e) {
      LOG.warn("The exchange area {} stays behind: {}", area.file(), e.toString());
    }
  }
}
