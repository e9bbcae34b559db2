package dev.mayfly.keyvalue;

import dev.mayfly.keyvalue.Stores.Operation;
import dev.mayfly.pool.Services;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** One function's view of the stores: those it may open, and no others. Thread-safe. */
public final class KeyValues implements Services {
  private static final String PREFIX = "key-value.";
  private static final Map<String, Operation> OPERATIONS = new HashMap<>();

  static {
    for (Operation operation : Operation.values()) {
      OPERATIONS.put(PREFIX + operation.name().toLowerCase(Locale.ROOT), operation);
    }
  }

  private final Stores stores;
  private final String application;
  private final Set<String> labels;

  /**
   * A view.
   *
   * @param application whose functions share their stores; empty if it has no name
   * @param labels of the stores that this function may open
   */
  public KeyValues(Stores stores, String application, Collection<String> labels) {
    this.stores = stores;
    this.application = application;
    this.labels = Set.copyOf(labels);
  }

  @Override
  public void call(String service, List<String> arguments, Consumer<Answer> to) {
    Operation operation = OPERATIONS.get(service);
    if (operation == null || arguments.size() != 1 + operation.arguments) {
      to.accept(Stores.other("there is no " + service + " with " + arguments.size() + " arguments here"));
    } else if (!labels.contains(arguments.getFirst())) {
      to.accept(Answer.error("access-denied", ""));
    } else {
      stores.operate(application + "/" + arguments.getFirst(), operation, arguments.subList(1, arguments.size()), to);
    }
  }
}
