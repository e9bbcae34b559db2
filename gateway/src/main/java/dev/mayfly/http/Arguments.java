package dev.mayfly.http;

import dev.mayfly.config.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/** A command's arguments, route parameters put in. Immutable. */
final class Arguments {
  private final String program;
  private final List<String> templates;
  private final boolean fixed;

  Arguments(Configuration.Function function) {
    program = function.wasm().getFileName().toString();
    templates = List.copyOf(function.args());
    fixed = !function.argumentsFromRoute();
  }

  /** Program's name and arguments; empty if no argument names a parameter: the image's own stand. */
  List<String> of(Map<String, String> parameters) {
    if (fixed) {
      return List.of();
    }
    List<String> arguments = new ArrayList<>(templates.size() + 1);
    arguments.add(program);
    templates.forEach(template -> arguments.add(fill(template, parameters)));
    return arguments;
  }

  /** What the route does not bind stays as it is written. */
  private static String fill(String template, Map<String, String> parameters) {
    if (template.indexOf('{') < 0) {
      return template;
    }
    return Configuration.Function.PARAMETER.matcher(template)
        .replaceAll(m -> Matcher.quoteReplacement(parameters.getOrDefault(m.group(1), m.group())));
  }
}
