package dev.mayfly.loadtest.report;

/** Text that comes from outside, made safe: for HTML and for attributes in double quotes. Control characters are shown as such. */
final class Markup {
  private Markup() {}

  static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> {
      switch (c) {
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '&' -> safe.append("&amp;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.appendCodePoint(c == '\n' || c == '\t' || c >= ' ' && c != 0x7f && !(c >= 0xd800 && c < 0xe000) ? c : 0xfffd);
      }
    });
    return safe.toString();
  }
}
