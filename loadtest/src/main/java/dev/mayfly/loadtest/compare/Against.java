package dev.mayfly.loadtest.compare;

import dev.mayfly.loadtest.compare.Comparison.Figure;
import dev.mayfly.loadtest.measure.Result;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares a run with an earlier one. What each run met on its day (the machine's other work, its warmth) is in the ratio: only {@link Comparer} takes
 * that out, by turns.
 */
public final class Against {
  private Against() {}

  /** Results pair by their place; those that only one run has are left out. */
  public static Comparison of(List<Result> earlier, List<Result> now) {
    List<Comparison.Line> lines = new ArrayList<>();
    for (int i = 0; i < Math.min(earlier.size(), now.size()); i++) {
      for (Figure figure : Figure.values()) {
        Ratio ratio = Ratio.independent(Figures.stretches(figure, now.get(i)), Figures.stretches(figure, earlier.get(i)));
        lines.add(new Comparison.Line(now.get(i).title(), figure, Figures.of(figure, now.get(i)), Figures.of(figure, earlier.get(i)), ratio));
      }
    }
    String when = earlier.isEmpty() ? "" : " of " + earlier.getFirst().begun();
    return new Comparison("the earlier run" + when, "intervals of 95 % from up to ten stretches of each run; two runs at different times", lines);
  }
}
