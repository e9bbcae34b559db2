package dev.mayfly.pool;

import java.util.ArrayList;
import java.util.List;

/** A field of a head or a trailer, as it is sent: an octet in each character. */
public record HttpField(String name, String value) {
  /** From name, value, name, value ...; null: a name has no value. */
  static List<HttpField> of(List<String> namesAndValues) {
    if (namesAndValues.size() % 2 != 0) {
      return null;
    }
    List<HttpField> fields = new ArrayList<>(namesAndValues.size() / 2);
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      fields.add(new HttpField(namesAndValues.get(i), namesAndValues.get(i + 1)));
    }
    return fields;
  }
}
