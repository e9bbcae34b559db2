package dev.mayfly.loadtest.measure;

/**
 * The gateway's stages of one request, in nanoseconds; -1: not said.
 *
 * @param queue waiting for a place
 * @param restore waiting for a machine
 * @param run the function itself
 */
public record Stages(long queue, long restore, long run) {
  public static final Stages NONE = new Stages(-1, -1, -1);

  /**
   * Reads a field {@code Server-Timing}: {@code queue;dur=0.01, restore;dur=1.2, run;dur=0.3}, milliseconds. Metrics of other names and whatever
   * cannot be read are passed over. As https://www.w3.org/TR/server-timing/, without quoted values.
   */
  public static Stages parse(String field) {
    long queue = -1;
    long restore = -1;
    long run = -1;
    int at = 0;
    while (at < field.length()) {
      int comma = field.indexOf(',', at);
      int end = comma < 0 ? field.length() : comma;
      int semicolon = field.indexOf(';', at);
      int nameEnd = semicolon < 0 || semicolon > end ? end : semicolon;
      String name = field.substring(at, nameEnd).strip();
      switch (name) {
        case "queue" -> queue = duration(field, nameEnd, end);
        case "restore" -> restore = duration(field, nameEnd, end);
        case "run" -> run = duration(field, nameEnd, end);
        default -> { }
      }
      at = end + 1;
    }
    return queue < 0 && restore < 0 && run < 0 ? NONE : new Stages(queue, restore, run);
  }

  private static long duration(String field, int from, int end) {
    int at = field.indexOf("dur=", from);
    if (at < 0 || at + 4 >= end) {
      return -1;
    }
    // By hand: this is done for every answer, and digits with one point are all there is.
    long value = 0;
    long unit = 1_000_000;
    boolean fraction = false;
    for (int i = at + 4; i < end; i++) {
      char c = field.charAt(i);
      if (c == '.' && !fraction) {
        fraction = true;
      } else if (c >= '0' && c <= '9' && value < Long.MAX_VALUE / 1_000_000_000) {
        if (fraction) {
          unit /= 10;
          value += (c - '0') * unit;
        } else {
          value = value * 10 + (c - '0') * unit;
        }
      } else {
        return c == ';' || c == ' ' ? value : -1;
      }
    }
    return value;
  }
}
