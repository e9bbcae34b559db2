package dev.mayfly.pool;

import java.util.List;
import java.util.function.Consumer;

/** What a function's components may ask of the gateway, by name ({@code abi::message::SERVICE}). Thread-safe. */
public interface Services {
  /**
   * An answer; texts have an octet in each character.
   *
   * @param results with an error: its name and detail
   */
  record Answer(boolean ok, List<String> results) {
    public static Answer error(String name, String detail) {
      return new Answer(false, List.of(name, detail));
    }
  }

  /** Nothing may be asked. */
  Services NONE = (service, arguments, to) -> to.accept(Answer.error("other", "there is no " + service + " here"));

  /**
   * Answers once, at once or later, on any thread. Must not block.
   *
   * @param service the guest's word, like the arguments
   */
  void call(String service, List<String> arguments, Consumer<Answer> to);
}
