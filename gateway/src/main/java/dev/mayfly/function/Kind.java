package dev.mayfly.function;

import dev.mayfly.vm.Image;

/** What the compiler found a Wasm file to be. */
enum Kind {
  /** A preview 1 command. */
  COMMAND("command", Image.KIND_COMMAND),
  /** A component that exports {@code wasi:http/incoming-handler}. */
  HTTP("http", Image.KIND_HTTP),
  /** A component that exports {@code wasi:cli/run}. */
  COMPONENT_COMMAND("component-command", Image.KIND_COMPONENT_COMMAND);

  private final String name;
  private final int number;

  Kind(String name, int number) {
    this.name = name;
    this.number = number;
  }

  /** The image's number for it. */
  int number() {
    return number;
  }

  static Kind of(String name) throws DeployException {
    for (Kind kind : values()) {
      if (kind.name.equals(name)) {
        return kind;
      }
    }
    throw new DeployException("is a \"" + name + "\" for its compiler, which this gateway does not know; install compiler and gateway of the same version");
  }
}
