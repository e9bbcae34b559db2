package dev.mayfly.keyvalue;

import dev.mayfly.pool.Services.Answer;
import java.util.List;
import java.util.function.Consumer;

/** Where stores are kept. Keys and values are texts with an octet in each character. Thread-safe; never blocks. */
public interface Stores {
  /** Octets of an answer: it must fit into one record. */
  int ANSWER = 128 * 1024;

  /** What can be done with a store; the guest's words are these in lower case, {@code GET} is {@code key-value.get}. */
  enum Operation {
    OPEN(0),
    /** The value of a key, or no result. */
    GET(1),
    /** Sets a key's value. */
    SET(2),
    DELETE(1),
    /** One result, of no meaning, or none. */
    EXISTS(1),
    /** All keys. */
    KEYS(0),
    /** Adds to the number that a key's value is, 0 without one, and answers with the sum; numbers are decimal and have 64 bits. */
    INCREMENT(2),
    /** Sets a key's value if it still is what is expected: {@code 1} and the value, or {@code 0} and an empty text for none. One result if it was set. */
    SWAP(4);

    final int arguments;

    Operation(int arguments) {
      this.arguments = arguments;
    }
  }

  /**
   * Does it, all or nothing, and answers once, at once or later, on any thread.
   *
   * @param store a name that no other application's store has
   * @param arguments as many as the operation has
   */
  void operate(String store, Operation operation, List<String> arguments, Consumer<Answer> to);

  /** Something that the interface has no word for. */
  static Answer other(String detail) {
    return Answer.error("other", detail);
  }

  static Answer ok(String... results) {
    return new Answer(true, List.of(results));
  }

  /** Keys of a store, if they fit. */
  static Answer keys(List<String> keys) {
    long bytes = keys.stream().mapToLong(key -> key.length() + 4L).sum();
    return bytes > ANSWER ? tooManyKeys() : new Answer(true, keys);
  }

  static Answer tooManyKeys() {
    return other("the store's keys are too many to be listed");
  }

  /** A value that was found, if it fits; null for none. */
  static Answer found(String value) {
    if (value != null && value.length() > ANSWER) {
      return other("the value has " + value.length() + " bytes; " + ANSWER + " can be read");
    }
    return value == null ? ok() : ok(value);
  }
}
