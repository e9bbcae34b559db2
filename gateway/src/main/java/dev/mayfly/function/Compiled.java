package dev.mayfly.function;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;

/**
 * A module's native code, and what the compiler found out about it.
 *
 * @param key of the code in the cache: names module, compiler, flags and CPU features
 * @param file the code
 * @param bytes of the file
 * @param kind as the compiler names it, see {@link Kind}
 * @param functions defined in the module
 * @param memoryMinimum bytes that its linear memories have at their start
 * @param imports {@code module.name} of each
 * @param go whether the Go toolchain made it
 */
record Compiled(String key, Path file, long bytes, String kind, long functions, long memoryMinimum, List<String> imports, boolean go) {
  static Compiled of(String key, Cache.Entry entry) {
    JsonObject about = entry.about();
    List<String> imports = about.getJsonArray("imports").stream().map(String::valueOf).toList();
    return new Compiled(key, entry.file(), entry.bytes(), about.getString("kind"), about.getLong("functions"), about.getLong("memory_min_bytes"),
        imports, about.getBoolean("go"));
  }
}
