package dev.mayfly.trace;

import java.util.List;

/** A row's fields, one after the other. What cannot be read is a {@link Wrong}, whose message names the field. Not thread-safe. */
final class Row {
  /** Why a row is bad. */
  static final class Wrong extends Exception {
    Wrong(String message) {
      super(message, null, false, false);
    }
  }

  private static final int SHOWN = 40;
  private static final int LONGEST_NAME = 256;
  private final String line;
  private final List<String> header;
  private int field;
  private int at;

  /** The header's names are the fields that a row must have. */
  Row(String line, List<String> header) {
    this.line = line;
    this.header = header;
  }

  String name() throws Wrong {
    String name = next();
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw wrong(name, "a name of 1 to " + LONGEST_NAME + " characters");
    }
    return name;
  }

  int count() throws Wrong {
    String text = next();
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      value = value * 10 + digit;
      if (digit < 0 || digit > 9 || value > Integer.MAX_VALUE) {
        throw wrong(text, "a whole number from 0 to " + Integer.MAX_VALUE);
      }
    }
    if (text.isEmpty()) {
      throw wrong(text, "a whole number from 0 to " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  double number(double smallest, double largest) throws Wrong {
    String text = next();
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException _) {
      value = Double.NaN;
    }
    if (!(value >= smallest && value <= largest)) {
      throw wrong(text, "a number from " + (long) smallest + " to " + (long) largest);
    }
    return value;
  }

  /** Passes fields that nothing is made of, whatever they hold. */
  void skip(int fields) throws Wrong {
    for (int i = 0; i < fields; i++) {
      next();
    }
  }

  void end() throws Wrong {
    if (at <= line.length()) {
      throw new Wrong("has more than " + header.size() + " fields");
    }
  }

  private String next() throws Wrong {
    if (at > line.length()) {
      throw new Wrong("has " + field + " fields instead of " + header.size());
    }
    int comma = line.indexOf(',', at);
    int end = comma < 0 ? line.length() : comma;
    String text = line.substring(at, end);
    at = end + 1;
    field++;
    return text;
  }

  private Wrong wrong(String text, String allowed) {
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return new Wrong("field " + field + " (" + header.get(field - 1) + ") is '" + printable(shown) + "', not " + allowed);
  }

  static String printable(String text) {
    return text.codePoints().map(c -> c >= ' ' && c < 127 ? c : '?').collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }
}
