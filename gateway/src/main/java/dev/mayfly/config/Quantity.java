package dev.mayfly.config;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A decimal number and a unit, as text: the grammar that sizes and times share. */
final class Quantity {
  // 18 digits hold every size and time that is allowed, and bound the arithmetic on what is not.
  private static final Pattern GRAMMAR = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?) ?([A-Za-z%]*)");

  private Quantity() {}

  /**
   * Reads a whole number of base units.
   *
   * @param units name to base units
   * @param what "a size", say
   * @param how how it is written
   */
  static long parse(String text, Map<String, Long> units, String what, String how) throws InvalidValue {
    Matcher m = GRAMMAR.matcher(text);
    if (!m.matches()) {
      throw new InvalidValue("\"" + text + "\" is not " + what + "; " + how);
    }
    String unit = m.group(2);
    if (unit.isEmpty() && new BigDecimal(m.group(1)).signum() != 0) {
      throw new InvalidValue("\"" + text + "\" has no unit; " + how);
    }
    Long factor = unit.isEmpty() ? Long.valueOf(1) : units.get(unit);
    if (factor == null) {
      throw new InvalidValue("\"" + text + "\" has the unknown unit \"" + unit + "\"; " + how);
    }
    return whole(text, new BigDecimal(m.group(1)).multiply(BigDecimal.valueOf(factor)), what, how);
  }

  private static long whole(String text, BigDecimal value, String what, String how) throws InvalidValue {
    try {
      return value.longValueExact();
    } catch (ArithmeticException e) {
      throw new InvalidValue("\"" + text + "\" is too large or too fine for " + what + "; " + how);
    }
  }
}
