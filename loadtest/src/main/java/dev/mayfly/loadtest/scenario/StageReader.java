package dev.mayfly.loadtest.scenario;

import dev.mayfly.loadtest.scenario.Scenario.Request;
import dev.mayfly.loadtest.scenario.Scenario.Shape;
import dev.mayfly.loadtest.scenario.Scenario.Stage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the phases of a scenario. One thread. */
final class StageReader {
  private static final List<String> SHAPES = List.of("rate", "ramp", "steps", "burst", "closed");
  private static final Shape NOTHING = new Shape.Ramp(1, 1);

  private final Mistakes mistakes;
  private final List<String> requests;

  StageReader(Mistakes mistakes, List<Request> requests) {
    this.mistakes = mistakes;
    this.requests = requests.stream().map(Request::name).toList();
  }

  /** @param number from 1: the phase's name where it has none */
  Stage read(Node node, int number) {
    Fields in = new Fields(node, "a phase", mistakes);
    String name = in.value("name", text -> text).orElse("phase " + number);
    boolean counted = in.flag("counted", true);
    Duration duration = in.required("duration", Quantities::someTime).orElse(Duration.ofSeconds(1));
    boolean evict = in.flag("evict", false);
    boolean poisson = in.value("arrivals", StageReader::arrivals).orElse(false);
    Duration pause = in.value("pause", Quantities::time).orElse(Duration.ZERO);
    Shape shape = shape(in, duration);
    Map<String, Double> mix = mix(in);
    int repeat = in.value("repeat", text -> Quantities.count(text, 1, 1000)).orElse(1);
    if (!pause.isZero() && !(shape instanceof Shape.Closed)) {
      mistakes.at(node, "pause is for phases of the closed model: {closed: 1, pause: 5ms, ...}");
    }
    in.end();
    return new Stage(name, counted, duration, evict, pause, poisson, shape, mix, repeat);
  }

  private Shape shape(Fields in, Duration duration) {
    List<String> given = SHAPES.stream().filter(in::has).toList();
    if (given.size() != 1) {
      mistakes.at(in.node(), "a phase has exactly one of " + String.join(", ", SHAPES) + "; here " + (given.isEmpty() ? "is none" : "are " + String.join(" and ", given)));
      return NOTHING;
    }
    return switch (given.getFirst()) {
      case "rate" -> in.value("rate", Quantities::someRate).<Shape>map(r -> new Shape.Ramp(r, r)).orElse(NOTHING);
      case "ramp" -> ramp(in);
      case "steps" -> steps(in);
      case "burst" -> {
        Optional<Integer> size = in.value("burst", text -> Quantities.count(text, 1, 100_000));
        yield new Shape.Burst(size.orElse(1), in.value("every", Quantities::someTime).orElse(duration));
      }
      default -> new Shape.Closed(in.value("closed", text -> Quantities.count(text, 1, 50_000)).orElse(1));
    };
  }

  private Shape ramp(Fields in) {
    List<Double> ends = in.values("ramp", Quantities::rate);
    if (ends.size() != 2 || ends.get(0) + ends.get(1) == 0) {
      mistakes.at(in.node(), "ramp has two rates, of which one is above 0: ramp: [10/s, 500/s]");
      return NOTHING;
    }
    return new Shape.Ramp(ends.get(0), ends.get(1));
  }

  private Shape steps(Fields in) {
    List<Double> rates = in.values("steps", Quantities::rate);
    if (rates.stream().allMatch(r -> r == 0)) {
      mistakes.at(in.node(), "steps has rates, of which one is above 0: steps: [100/s, 200/s, 400/s]");
      return NOTHING;
    }
    return new Shape.Steps(rates);
  }

  private Map<String, Double> mix(Fields in) {
    Map<String, Double> mix = new LinkedHashMap<>();
    for (Fields.Field f : in.section("mix").map(Fields::all).orElse(List.of())) {
      if (!requests.contains(f.key())) {
        mistakes.at(f.keyNode(), "mix: there is no request \"" + f.key() + "\"" + Nearest.suggestion(f.key(), requests));
      }
      in.scalar("mix." + f.key(), f.value(), StageReader::weight).ifPresent(w -> mix.put(f.key(), w));
    }
    return mix;
  }

  static double weight(String text) throws InvalidValue {
    if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,6})?") || Double.parseDouble(text) == 0) {
      throw new InvalidValue("\"" + text + "\" is not a weight; a number above 0 is");
    }
    return Double.parseDouble(text);
  }

  private static boolean arrivals(String text) throws InvalidValue {
    return switch (text) {
      case "even" -> false;
      case "poisson" -> true;
      default -> throw new InvalidValue("\"" + text + "\" is not allowed" + Nearest.suggestion(text, List.of("even", "poisson")) + "; arrivals are even or poisson");
    };
  }
}
