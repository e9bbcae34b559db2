package dev.mayfly.outbound;

/** What can stand in a field of HTTP (RFC 9110, section 5). Pure. */
final class Octets {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  private Octets() {}

  static boolean token(String text) {
    return text.matches(TOKEN);
  }

  /** An octet in each character. */
  static boolean fieldValue(String value) {
    return value.chars().noneMatch(c -> c < ' ' && c != '\t' || c == 0x7f || c > 0xff);
  }
}
