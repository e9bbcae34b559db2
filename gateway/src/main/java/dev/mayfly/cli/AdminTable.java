package dev.mayfly.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A gateway's answer as a table: a row for each object of an array, in the gateway's own columns; anything else as it is. */
final class AdminTable {
  private AdminTable() {}

  static List<String> lines(String body) {
    try {
      if (Json.decodeValue(body) instanceof JsonArray array && !array.isEmpty() && array.stream().allMatch(JsonObject.class::isInstance)) {
        List<JsonObject> rows = array.stream().map(JsonObject.class::cast).toList();
        List<String> keys = rows.stream().flatMap(f -> f.fieldNames().stream()).distinct().toList();
        TextTable table = new TextTable().row(keys.stream().map(k -> k.toUpperCase(Locale.ROOT)).toList());
        rows.forEach(f -> table.row(keys.stream().map(k -> Objects.toString(f.getValue(k), "-")).toList()));
        return table.lines();
      }
    } catch (DecodeException e) {
      // Shown as it is.
    }
    return body.lines().toList();
  }
}
