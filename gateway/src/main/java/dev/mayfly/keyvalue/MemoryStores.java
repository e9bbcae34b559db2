package dev.mayfly.keyvalue;

import dev.mayfly.pool.Services;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A function's key-value stores in the gateway's memory: gone with the gateway, and seen by this gateway only. Thread-safe. Bounded: what a function
 * keeps here is not counted in its machines' memory.
 */
public final class MemoryStores implements Services {
  /** Bytes of keys and values together. */
  static final long LIMIT = 16L << 20;
  /** Bytes that an entry counts beyond its own. */
  private static final int OVERHEAD = 128;
  /** Bytes of an answer: it must fit into one record. */
  private static final int ANSWER = 128 * 1024;

  private final Map<String, Map<String, String>> stores;
  private long used;

  /** @param names of the stores there are */
  public MemoryStores(Set<String> names) {
    Map<String, Map<String, String>> empty = new LinkedHashMap<>();
    names.forEach(name -> empty.put(name, new LinkedHashMap<>()));
    stores = empty;
  }

  @Override
  public void call(String service, List<String> arguments, Consumer<Answer> to) {
    to.accept(answer(service, arguments));
  }

  private synchronized Answer answer(String service, List<String> arguments) {
    Map<String, String> store = arguments.isEmpty() ? null : stores.get(arguments.getFirst());
    if (store == null) {
      return service.startsWith("key-value.") ? Answer.error("no-such-store", "") : Answer.error("other", "there is no " + service + " here");
    }
    List<String> rest = arguments.subList(1, arguments.size());
    return switch (service + "/" + rest.size()) {
      case "key-value.open/0" -> ok();
      case "key-value.get/1" -> found(store.get(rest.getFirst()));
      case "key-value.set/2" -> set(store, rest.get(0), rest.get(1)) ? ok() : full();
      case "key-value.delete/1" -> {
        delete(store, rest.getFirst());
        yield ok();
      }
      case "key-value.exists/1" -> store.containsKey(rest.getFirst()) ? ok("1") : ok();
      case "key-value.keys/0" -> keys(store);
      case "key-value.increment/2" -> increment(store, rest.get(0), rest.get(1));
      default -> Answer.error("other", "there is no " + service + " with " + rest.size() + " arguments here");
    };
  }

  private static Answer ok(String... results) {
    return new Answer(true, List.of(results));
  }

  private static Answer found(String value) {
    return value == null ? ok() : ok(value);
  }

  private static Answer full() {
    return Answer.error("other", "the function's stores hold the " + LIMIT + " bytes that they may");
  }

  private boolean set(Map<String, String> store, String key, String value) {
    String before = store.get(key);
    long more = before == null ? size(key, value) : value.length() - before.length();
    if (more > 0 && used + more > LIMIT) {
      return false;
    }
    used += more;
    store.put(key, value);
    return true;
  }

  private void delete(Map<String, String> store, String key) {
    String before = store.remove(key);
    used -= before == null ? 0 : size(key, before);
  }

  private static long size(String key, String value) {
    return (long) key.length() + value.length() + OVERHEAD;
  }

  private static Answer keys(Map<String, String> store) {
    long bytes = store.keySet().stream().mapToLong(key -> key.length() + 4L).sum();
    return bytes > ANSWER ? Answer.error("other", "the store's keys are too many to be listed") : new Answer(true, List.copyOf(store.keySet()));
  }

  private Answer increment(Map<String, String> store, String key, String delta) {
    String before = store.getOrDefault(key, "0");
    if (!number(before) || !number(delta)) {
      return Answer.error("other", "the value is not a number");
    }
    BigInteger sum = new BigInteger(before).add(new BigInteger(delta));
    if (sum.bitLength() > 63) {
      return Answer.error("other", "the sum has more than 64 bits");
    }
    return set(store, key, sum.toString()) ? ok(sum.toString()) : full();
  }

  private static boolean number(String text) {
    return text.matches("-?[0-9]{1,19}");
  }
}
