package dev.mayfly.loadtest.report;

import java.util.List;

/** A table in HTML: its first column is text, so is each whose heading ends in a space; the others are figures. Cells are escaped here. Not thread-safe. */
final class HtmlTable {
  private final StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
  private final List<String> headings;

  HtmlTable(List<String> headings) {
    this.headings = headings;
    headings.forEach(heading -> html.append(heading.endsWith(" ") ? "<th scope=\"col\" class=\"text\">" : "<th scope=\"col\">").append(Markup.escaped(heading)).append("</th>"));
    html.append("</tr></thead>\n<tbody>\n");
  }

  HtmlTable row(List<String> cells) {
    return row(cells, "");
  }

  /** @param style of the last cell */
  HtmlTable row(List<String> cells, String style) {
    html.append("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      String cell = Markup.escaped(cells.get(i));
      String styles = ((headings.get(i).endsWith(" ") ? "text " : "") + (i == cells.size() - 1 ? style : "")).strip();
      html.append(i == 0 ? "<th scope=\"row\">" + cell + "</th>" : "<td" + (styles.isEmpty() ? "" : " class=\"" + styles + "\"") + ">" + cell + "</td>");
    }
    html.append("</tr>\n");
    return this;
  }

  String html() {
    return html + "</tbody></table></div>\n";
  }
}
