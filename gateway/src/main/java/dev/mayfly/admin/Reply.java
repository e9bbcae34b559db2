package dev.mayfly.admin;

import dev.mayfly.http.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What an action came to. */
sealed interface Reply {
  record Done() implements Reply {}

  record Document(int status, JsonObject json) implements Reply {}

  record Documents(JsonArray json) implements Reply {}

  /** Prometheus' text format 0.0.4. */
  record Text(String text) implements Reply {}

  record Failed(Problem problem) implements Reply {}
}
