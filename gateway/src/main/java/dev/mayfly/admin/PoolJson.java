package dev.mayfly.admin;

import dev.mayfly.pool.Stats;
import dev.mayfly.sizing.PoolReport;
import dev.mayfly.sizing.SizingRound.View;
import dev.mayfly.traffic.Window;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Pools as the admin port shows them. */
final class PoolJson {
  private PoolJson() {}

  /** A row of the table. */
  static JsonObject row(View view) {
    PoolReport report = view.report();
    Stats stats = view.stats();
    long starts = stats.coldStarts() + stats.warmStarts();
    return new JsonObject()
        .put("function", report.function())
        .put("target", report.sizing().target())
        .put("here", report.kept())
        .put("machines", stats.machines())
        .put("warm", stats.warm())
        .put("busy", stats.busy())
        .put("queued", stats.queued())
        .put("starts", starts)
        .put("misses", stats.coldStarts())
        .put("missed", starts == 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", 100.0 * stats.coldStarts() / starts));
  }

  /** Everything that is known, for people and for programs. */
  static JsonObject explanation(View view) {
    PoolReport report = view.report();
    Window window = report.window();
    return row(view)
        .put("share", report.share())
        .put("gateways", report.nodes())
        .put("shared", report.shared())
        .put("window", new JsonObject()
            .put("fastArrivals", window.fastArrivals()).put("slowArrivals", window.slowArrivals())
            .put("fastBusy", window.fastBusy()).put("slowBusy", window.slowBusy())
            .put("fastQueued", window.fastQueued()).put("slowCold", window.slowCold())
            .put("idleSeconds", finite(window.idleSeconds())).put("gaps", window.gaps().total()))
        .put("forFast", report.sizing().forFast())
        .put("forSlow", report.sizing().forSlow())
        .put("held", report.sizing().held())
        .put("bursts", report.sizing().further().machines())
        .put("spareSeconds", report.sizing().spareSeconds())
        .put("refillSeconds", report.refillSeconds())
        .put("size", report.size())
        .put("benefits", new JsonArray(Arrays.stream(report.sizing().benefits()).boxed().toList()))
        .put("text", new JsonArray(List.copyOf(view.explanation())));
  }

  /** JSON has no infinity; null: never. */
  private static Double finite(double number) {
    return Double.isInfinite(number) ? null : number;
  }
}
