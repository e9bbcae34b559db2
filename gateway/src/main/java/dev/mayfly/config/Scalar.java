package dev.mayfly.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Turns the text of a scalar, as written in the file, into a value. */
interface Scalar<T> {
  T parse(String text) throws InvalidValue;

  static Scalar<Long> size(long min, long max) {
    return text -> ByteSize.parse(text, min, max);
  }

  static Scalar<Duration> time(Duration min, Duration max) {
    return text -> TimeSpan.parse(text, min, max);
  }

  static Scalar<Integer> whole(int min, int max) {
    return text -> {
      // At most 9 digits: what is longer is out of every range, and would not fit an int.
      int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
      if (number < min || number > max) {
        throw new InvalidValue("\"" + text + "\" is not a whole number from " + min + " to " + max);
      }
      return number;
    };
  }

  /** A constant's name in lower case. */
  static <E extends Enum<E>> Scalar<E> oneOf(Class<E> type) {
    List<String> names = Arrays.stream(type.getEnumConstants()).map(c -> c.name().toLowerCase(Locale.ROOT)).toList();
    return text -> {
      if (!names.contains(text)) {
        throw new InvalidValue("\"" + text + "\" is not allowed" + Nearest.suggestion(text, names) + "; it is one of " + String.join(", ", names));
      }
      return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
    };
  }

  /** Text that is handed to a guest as a C string. */
  static Scalar<String> text() {
    return text -> {
      if (text.indexOf('\0') >= 0) {
        throw new InvalidValue("a NUL character is not allowed in a text");
      }
      return text;
    };
  }
}
