package dev.mayfly.loadtest.report;

import java.util.List;
import java.util.Locale;

/**
 * Lines over an axis, as SVG. Drawn twice, for a phone and for a wide window, as a picture that is shrunk cannot be read: the style sheet shows one.
 *
 * @param what for those who cannot see it
 * @param bands stretches of the x axis that are shaded, each two values
 */
record Chart(String what, String xTitle, Scale x, String yTitle, Scale y, List<Line> lines, List<double[]> bands) {
  /**
   * @param style a class of the style sheet: its colour
   * @param points pairs of x and y; a y that is NaN is a gap
   */
  record Line(String name, String style, boolean dashed, List<double[]> points) {}

  private static final int LEFT = 62;
  private static final int RIGHT = 14;
  private static final int TOP = 26;
  private static final int BOTTOM = 44;

  /** Legend and both drawings. */
  String html() {
    if (lines.stream().allMatch(line -> line.points().stream().allMatch(point -> Double.isNaN(point[1])))) {
      return "<p class=\"none\">Nothing to draw: no answer was counted.</p>\n";
    }
    StringBuilder html = new StringBuilder("<figure>\n<ul class=\"legend\">");
    for (Line line : lines) {
      html.append("<li><svg width=\"22\" height=\"10\" aria-hidden=\"true\"><path d=\"M1 5H21\" class=\"line ").append(line.style()).append(line.dashed() ? " dashed" : "")
          .append("\"/></svg>").append(Markup.escaped(line.name())).append("</li>");
    }
    if (!bands.isEmpty()) {
      html.append("<li><svg width=\"22\" height=\"10\" aria-hidden=\"true\"><path d=\"M1 0H21V10H1Z\" class=\"band\"/></svg>warm-up, not counted</li>");
    }
    html.append("</ul>\n");
    draw(html, "narrow", 360, 250, 3);
    draw(html, "wide", 840, 300, 1);
    return html.append("</figure>\n").toString();
  }

  /** @param every n-th label of the x axis is written where there is no room for all */
  private void draw(StringBuilder html, String style, int width, int height, int every) {
    int right = width - RIGHT;
    int bottom = height - BOTTOM;
    html.append("<svg class=\"chart ").append(style).append("\" viewBox=\"0 0 ").append(width).append(' ').append(height)
        .append("\" role=\"img\" aria-label=\"").append(Markup.escaped(what)).append("\">\n");
    for (double[] band : bands) {
      double from = x(band[0], right);
      html.append(String.format(Locale.ROOT, "<rect class=\"band\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>%n", from, TOP, x(band[1], right) - from, bottom - TOP));
    }
    for (Scale.Tick tick : y.ticks()) {
      double at = y(tick.value(), bottom);
      html.append(String.format(Locale.ROOT, "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text class=\"y\" x=\"%d\" y=\"%.1f\">%s</text>%n", LEFT, at, right, LEFT - 8, at + 4,
          Markup.escaped(Quantity.tick(tick.label()))));
    }
    double free = 0;
    for (Scale.Tick tick : x.ticks()) {
      double at = x(tick.value(), right);
      html.append(String.format(Locale.ROOT, "<path class=\"tick\" d=\"M%.1f %dv5\"/>", at, bottom));
      double half = Quantity.tick(tick.label()).length() * 3.6 + every;
      if (at - half >= free && at + half <= width) {
        html.append(String.format(Locale.ROOT, "<text class=\"x\" x=\"%.1f\" y=\"%d\">%s</text>", at, bottom + 19, Markup.escaped(Quantity.tick(tick.label()))));
        free = at + half;
      }
      html.append('\n');
    }
    html.append(String.format(Locale.ROOT, "<path class=\"axis\" d=\"M%d %dH%d\"/><text class=\"title\" x=\"%d\" y=\"14\">%s</text><text class=\"title end\" x=\"%d\" y=\"%d\">%s</text>%n",
        LEFT, bottom, right, LEFT - 54, Markup.escaped(yTitle), right, height - 6, Markup.escaped(xTitle)));
    lines.forEach(line -> html.append("<path class=\"line ").append(line.style()).append(line.dashed() ? " dashed" : "").append("\" d=\"")
        .append(path(line.points(), right, bottom)).append("\"><title>").append(Markup.escaped(line.name())).append("</title></path>\n"));
    html.append("</svg>\n");
  }

  private String path(List<double[]> points, int right, int bottom) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (int i = 0; i < points.size(); i++) {
      double[] point = points.get(i);
      boolean there = !Double.isNaN(point[1]);
      if (there) {
        path.append(String.format(Locale.ROOT, "%s%.1f %.1f", pen ? "L" : "M", x(point[0], right), y(point[1], bottom)));
        boolean alone = !pen && (i + 1 == points.size() || Double.isNaN(points.get(i + 1)[1]));
        path.append(alone ? "h0.1" : "");
      }
      pen = there;
    }
    return path.toString();
  }

  private double x(double value, int right) {
    return LEFT + x.place(value) * (right - LEFT);
  }

  private double y(double value, int bottom) {
    return bottom - y.place(value) * (bottom - TOP);
  }
}
