package dev.mayfly.keyvalue;

import dev.mayfly.pool.Services.Answer;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Stores in the gateway's memory: gone with the gateway, and seen by this gateway only. Thread-safe. Bounded: what functions keep here is not counted in
 * their machines' memory.
 */
public final class MemoryStores implements Stores {
  /** Bytes of keys and values in all stores together. */
  static final long LIMIT = 64L << 20;
  /** Bytes that an entry counts beyond its own. */
  private static final int OVERHEAD = 128;

  private final Map<String, Map<String, String>> stores = new HashMap<>();
  private long used;

  @Override
  public void operate(String store, Operation operation, List<String> arguments, Consumer<Answer> to) {
    to.accept(answer(store, operation, arguments));
  }

  private synchronized Answer answer(String name, Operation operation, List<String> rest) {
    // Names are those that a configuration allows, so that there are few.
    Map<String, String> store = stores.computeIfAbsent(name, x -> new LinkedHashMap<>());
    return switch (operation) {
      case OPEN -> Stores.ok();
      case GET -> Stores.found(store.get(rest.getFirst()));
      case SET -> set(store, rest.get(0), rest.get(1)) ? Stores.ok() : full();
      case DELETE -> {
        delete(store, rest.getFirst());
        yield Stores.ok();
      }
      case EXISTS -> store.containsKey(rest.getFirst()) ? Stores.ok("1") : Stores.ok();
      case KEYS -> Stores.keys(List.copyOf(store.keySet()));
      case INCREMENT -> increment(store, rest.get(0), rest.get(1));
      case SWAP -> swap(store, rest.get(0), rest.get(1).equals("1") ? rest.get(2) : null, rest.get(3));
    };
  }

  private static Answer full() {
    return Stores.other("the gateway's stores hold the " + LIMIT + " bytes that they may");
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

  private Answer increment(Map<String, String> store, String key, String delta) {
    String before = store.getOrDefault(key, "0");
    if (!number(before) || !number(delta)) {
      return Stores.other("the value is not an integer");
    }
    BigInteger sum = new BigInteger(before).add(new BigInteger(delta));
    if (sum.bitLength() > 63) {
      return Stores.other("the sum has more than 64 bits");
    }
    return set(store, key, sum.toString()) ? Stores.ok(sum.toString()) : full();
  }

  private static boolean number(String text) {
    return text.matches("-?[0-9]{1,19}");
  }

  private Answer swap(Map<String, String> store, String key, String expected, String value) {
    if (!java.util.Objects.equals(store.get(key), expected)) {
      return Stores.ok();
    }
    return set(store, key, value) ? Stores.ok("1") : full();
  }
}
