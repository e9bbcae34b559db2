package dev.mayfly.function;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.vm.Image;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes images, and finds those made before without writing or hashing them again: an image is looked up by what goes into it (code, settings, index
 * and contents of its files), and its file stays in the cache as long as anyone holds the {@link Image}. Thread-safe; blocks.
 */
final class Images {
  /** To be raised when the layout changes, so that older images are not found. */
  private static final int VERSION = 1;

  private final Cache cache;
  private final com.github.benmanes.caffeine.cache.Cache<String, Image> loaded;
  /** One maker at a time: what is made concurrently is the code. */
  private final Lock making = new ReentrantLock();

  Images(Cache cache) {
    this.cache = cache;
    loaded = Caffeine.newBuilder().weakValues().executor(Runnable::run)
        .<String, Image>removalListener((recipe, image, cause) -> cache.release(cache.file(Cache.Kind.IMAGE, recipe))).build();
  }

  /** @throws DeployException when a file of the tree cannot be read, or all is too large; without the function's name */
  Image image(Compiled code, ImageSettings settings, FileTree tree) throws DeployException, IOException {
    ImageLayout layout = ImageLayout.of(code.bytes(), settings, tree);
    String contents = ImageWriter.contents(layout);
    String recipe = new Sha256().number(VERSION).field(code.key()).field(layout.header()).field(layout.settings())
        .field(layout.index()).field(contents).hex();
    making.lock();
    try {
      Image known = loaded.getIfPresent(recipe);
      if (known != null && Files.exists(known.file())) {
        return known;
      }
      Image image = findOrWrite(recipe, layout, code.file(), contents, settings.memoryLimit());
      loaded.put(recipe, image);
      return image;
    } finally {
      making.unlock();
    }
  }

  private Image findOrWrite(String recipe, ImageLayout layout, Path code, String contents, long memoryLimit) throws DeployException, IOException {
    Optional<Cache.Entry> kept = cache.find(Cache.Kind.IMAGE, recipe);
    Cache.Entry entry = kept.isPresent() ? kept.get() : cache.<DeployException>put(Cache.Kind.IMAGE, recipe, file -> {
      ImageWriter.Written written = ImageWriter.write(layout, code, file);
      if (!written.contents().equals(contents)) {
        throw new DeployException("the files changed while they were read; deploy again");
      }
      return new JsonObject().put("sha256", written.sha256());
    });
    return new Image(entry.about().getString("sha256"), entry.file(), entry.bytes(), memoryLimit);
  }
}
