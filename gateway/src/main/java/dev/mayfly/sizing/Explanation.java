package dev.mayfly.sizing;

import dev.mayfly.pool.Stats;
import dev.mayfly.traffic.Window;
import dev.mayfly.vm.WorkingSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report in words and numbers. Pure. */
final class Explanation {
  private Explanation() {}

  /** Lines for people, the answer first. */
  static List<String> lines(PoolReport r, Stats stats) {
    List<String> lines = new ArrayList<>();
    lines.add(r.function() + ": keeps " + machines(r.kept()) + "; there are " + stats.machines() + " now: " + stats.warm() + " warm, " + stats.busy() + " busy, "
        + (stats.restoring() + stats.resetting()) + " being made ready");
    lines.add("  traffic   " + traffic(r));
    if (r.sizing().forFast() + r.sizing().forSlow() > 0) {
      lines.add("  in use    " + inUse(r));
    }
    lines.add("  idle      " + idle(r));
    if (r.sizing().further().machines() > 0) {
      lines.add("  bursts    " + bursts(r.sizing().further(), r.terms().max()));
    }
    lines.add("  worth     " + worth(r));
    lines.add("  bounds    " + bounds(r));
    if (r.nodes() > 1) {
      lines.add("  gateways  " + r.nodes() + " share " + machines(r.sizing().target()) + "; here " + r.share());
    }
    if (r.kept() < r.share()) {
      lines.add("  memory    only " + r.kept() + " of " + r.share() + ": the rest of memory: avoids more cold starts elsewhere");
    }
    lines.add("  beyond    a machine more than these is kept for " + seconds(r.sizing().spareSeconds()));
    return lines;
  }

  /** What a machine's requests write of its memory. */
  static String pages(WorkingSet set) {
    return "  pages     " + set.requests() + " requests wrote " + set.pages() + " pages of 4 KiB, so a reset puts back those; a restore copies " + set.snapshotPages();
  }

  private static String traffic(PoolReport r) {
    Window w = r.window();
    String where = r.shared() ? "all gateways, " : "this gateway, ";
    if (Double.isInfinite(w.idleSeconds())) {
      return where + "no request yet";
    }
    return where + number(w.fastArrivals()) + " requests/s in the last seconds, " + number(w.slowArrivals()) + " in the last minute; "
        + number(w.fastBusy()) + " and " + number(w.slowBusy()) + " machines busy; " + number(w.fastQueued()) + " waiting; " + number(w.slowCold() * 60) + " cold starts/min";
  }

  private static String inUse(PoolReport r) {
    Sizing s = r.sizing();
    Window w = r.window();
    boolean fast = s.forFast() > s.forSlow();
    String model = r.terms().useOnce()
        ? "a machine serves once, and takes " + seconds(r.refillSeconds()) + " to replace (Poisson)"
        : number(fast ? w.fastBusy() : w.slowBusy()) + " busy on average (Erlang-B)";
    return s.forFast() + " for the last seconds, " + s.forSlow() + " for the last minute, the larger counts: " + model + ", each worth the time that it is idle";
  }

  private static String idle(PoolReport r) {
    Sizing s = r.sizing();
    double idle = r.window().idleSeconds();
    if (Double.isInfinite(idle)) {
      return "never in use";
    }
    if (r.terms().idleSeconds().isPresent()) {
      return "for " + seconds(idle) + "; warm.idle says to keep one for " + seconds(r.terms().idleSeconds().getAsDouble());
    }
    String why = s.known() ? number(r.window().gaps().total()) + " gaps between uses were seen, " + s.shape() + ", by which a machine now is " + (s.held() || idle < 2 ? "" : "not ") + "worth its memory"
        : "too few gaps between uses were seen, so one is kept for " + seconds(KeepAlive.UNKNOWN_SECONDS);
    String next = Double.isInfinite(s.changesInSeconds()) || idle < 2 || s.forFast() > 1 || s.forSlow() > 1 ? "" : s.held() ? "; let go when idle for " + seconds(r.changesAt()) : "; made again when idle for " + seconds(r.changesAt());
    return (idle < 2 ? "no, it is in use; " : "for " + seconds(idle) + "; ") + why + next;
  }

  private static String worth(PoolReport r) {
    double[] b = r.sizing().benefits();
    double price = r.breakEvenSeconds() / r.size();
    String rule = "a machine is kept if it avoids a cold start in " + seconds(price) + (r.size() == 1 ? "" : " (it holds " + number(r.size()) + " times the average machine's memory)");
    for (int i = b.length - 1; i >= 0; i--) {
      if (b[i] > 0) {
        return rule + "; number " + (i + 1) + " avoids one in " + seconds(1 / b[i]);
      }
    }
    return rule;
  }

  private static String bursts(Further further, int most) {
    String held = further.machines() > most ? " would be held, were warm.max not " + most : " are held";
    return "here " + further.machines() + held + ", of which the last was wanted " + seconds(further.idleSeconds()) + " ago, "
        + (further.rises() ? "because half as many are in use" : "for the next time: " + number(further.gaps()) + " gaps between such times were seen");
  }

  private static String bounds(PoolReport r) {
    String all = r.nodes() > 1 ? " on " + r.nodes() + " gateways together" : "";
    return "warm.min " + r.terms().min() + ", warm.max " + r.terms().max() + all;
  }

  private static String machines(int n) {
    return n == 1 ? "1 machine" : n + " machines";
  }

  /** Three digits that count. */
  static String number(double n) {
    if (n == 0) {
      return "0";
    }
    if (Math.abs(n) >= 100 || n == Math.rint(n)) {
      return String.format(Locale.ROOT, "%.0f", n);
    }
    int digits = (int) Math.clamp(2 - Math.floor(Math.log10(Math.abs(n))), 0, 6);
    String text = String.format(Locale.ROOT, "%." + digits + "f", n);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }

  static String seconds(double s) {
    return s < 1 ? number(s * 1000) + " ms" : s < 120 ? number(s) + " s" : s < 7200 ? number(s / 60) + " min" : number(s / 3600) + " h";
  }
}
