package dev.mayfly.admin;

import dev.mayfly.vm.Isolation;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * A function as the admin port shows it.
 *
 * @param handler as decided, in small letters
 * @param machines how many it has now
 */
public record AdminFunction(String name, Path wasm, String handler, Isolation isolation, IntSupplier machines, Evictable evictable) {
  JsonObject json() {
    return new JsonObject()
        .put("name", name)
        .put("wasm", wasm.toString())
        .put("handler", handler.toLowerCase(Locale.ROOT))
        .put("isolation", isolation.label())
        .put("machines", machines.getAsInt());
  }
}
