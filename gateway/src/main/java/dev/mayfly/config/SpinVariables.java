package dev.mayfly.config;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The variables of a Spin application, with the values that the environment or the manifest gives them, and the templates that use them. */
final class SpinVariables {
  private static final String PREFIX = "SPIN_VARIABLE_";

  private final Set<String> names = new LinkedHashSet<>();
  private final Map<String, String> values = new HashMap<>();

  /** @param environment of this process: {@code SPIN_VARIABLE_NAME} comes before the default */
  SpinVariables(Section variables, Map<String, String> environment) {
    for (Section.Entry e : variables.entries()) {
      variables.value("variables", e.keyNode(), SpinVariables::name).ifPresent(names::add);
      read(e, Section.of(e.value(), "the variable " + e.key(), Position.of(e.keyNode()), variables.problems()), environment);
    }
  }

  private void read(Section.Entry e, Section in, Map<String, String> environment) {
    boolean required = in.scalar("required", false, SpinVariables::truth);
    in.optional("default", Scalar.text()).ifPresent(d -> values.put(e.key(), d));
    in.has("secret");
    in.has("description");
    boolean hasDefault = in.has("default");
    in.end();
    String variable = PREFIX + e.key().toUpperCase(Locale.ROOT);
    if (environment.containsKey(variable)) {
      values.put(e.key(), environment.get(variable));
    }
    if (required == hasDefault) {
      in.problems().at(e.keyNode(), "the variable " + e.key() + (required ? " is required and has a default; leave one of them out"
          : " has neither a default nor required = true; write one of them"));
    } else if (required && !values.containsKey(e.key())) {
      in.problems().at(e.keyNode(), "the variable " + e.key() + " is required and has no value; set " + variable + " in the environment");
    }
  }

  /** Text in which {@code {{ name }}} stands for a variable's value. */
  String resolve(String template) throws InvalidValue {
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (int open = template.indexOf("{{"); open >= 0; open = template.indexOf("{{", at)) {
      int close = template.indexOf("}}", open);
      if (close < 0) {
        throw new InvalidValue("\"" + template + "\" has \"{{\" without \"}}\"");
      }
      String name = template.substring(open + 2, close).strip();
      if (!names.contains(name)) {
        throw new InvalidValue("there is no variable \"" + name + "\"" + Nearest.of(name, names).map(n -> " (did you mean \"" + n + "\"?)")
            .orElse("; declare it in [variables]"));
      }
      // One without a value has been complained of.
      out.append(template, at, open).append(values.getOrDefault(name, ""));
      at = close + 2;
    }
    return Scalar.text().parse(out.append(template.substring(at)).toString());
  }

  static boolean truth(String text) throws InvalidValue {
    if (!text.equals("true") && !text.equals("false")) {
      throw new InvalidValue("\"" + text + "\" is not allowed; it is true or false");
    }
    return text.equals("true");
  }

  static String name(String text) throws InvalidValue {
    if (!text.matches("[a-z][a-z0-9]*(_[a-z0-9]+)*")) {
      throw new InvalidValue("\"" + text + "\" is not a variable's name; lower case letters, digits and single _ between them are allowed, a letter first");
    }
    return text;
  }
}
