package dev.mayfly.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.vm.Image;
import dev.mayfly.vm.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkingSetsTest {
  @TempDir
  Path folder;

  private Cache cache;

  @BeforeEach
  void open() throws IOException {
    cache = Cache.open(folder, Cache.DEFAULT_LIMIT);
  }

  @Test
  void whatOneSnapshotLearnedTheNextOfItsKeyKnows() {
    Learner first = new Learner();
    new WorkingSets(cache).attach("a", first);
    assertThat(first.known).isNull();
    first.keep.accept(new byte[] {1, 2, 3});

    Learner same = new Learner();
    new WorkingSets(cache).attach("a", same);
    assertThat(same.known).containsExactly(1, 2, 3);

    Learner other = new Learner();
    new WorkingSets(cache).attach("b", other);
    assertThat(other.known).isNull();
  }

  @Test
  void aCacheThatCannotBeWrittenFailsNobody() throws IOException {
    Learner snapshot = new Learner();
    new WorkingSets(cache).attach("a", snapshot);
    Path sets = folder.resolve("working-sets");
    Files.delete(sets);
    Files.writeString(sets, "in the way");
    snapshot.keep.accept(new byte[] {1});
    Learner next = new Learner();
    new WorkingSets(cache).attach("a", next);
    assertThat(next.known).isNull();
  }

  private static final class Learner implements Snapshot {
    private byte[] known;
    private Consumer<byte[]> keep;

    @Override
    public void learn(byte[] before, Consumer<byte[]> keeper) {
      known = before;
      keep = keeper;
    }

    @Override
    public Image image() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long copiedBytes() {
      return 0;
    }

    @Override
    public void write(Path file) {}

    @Override
    public void close() {}
  }
}
