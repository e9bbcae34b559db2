package dev.mayfly.function;

import dev.mayfly.config.Configuration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deploys all functions of a configuration, a few at a time, and takes them whole or not at all: every error is collected, and with one error none
 * is deployed. Thread-safe; blocks.
 */
public final class DeployAll {
  /** Functions under way at the same time. The compiler uses all cores by itself; the second one fills its pauses. */
  private static final int AT_ONCE = 2;

  private static final Logger LOG = LoggerFactory.getLogger(DeployAll.class);

  private final Deployer deployer;

  public DeployAll(Deployer deployer) {
    this.deployer = deployer;
  }

  /** Functions of a configuration cannot be deployed. */
  public static final class Errors extends Exception {
    private static final long serialVersionUID = 1;

    private final List<String> lines;

    Errors(List<String> lines) {
      super(String.join("\n", lines));
      this.lines = List.copyOf(lines);
    }

    /** One for each function that failed, in the configuration's order: {@code NAME: FILE.wasm: ...}. */
    public List<String> lines() {
      return lines;
    }
  }

  /** All functions by name, in the configuration's order. Interrupted, it gives back what was deployed. */
  public Map<String, Deployed> deploy(Configuration configuration, Progress progress) throws Errors, InterruptedException {
    Map<String, Deployed> deployed = new LinkedHashMap<>();
    boolean whole = false;
    try {
      each(configuration, function -> deployer.deploy(function, progress), deployed);
      whole = true;
      return deployed;
    } finally {
      if (!whole) {
        deployed.values().forEach(deployer::retire);
      }
    }
  }

  /** Compiles and checks all functions and boots none ({@code mayfly check}). */
  public void check(Configuration configuration, Progress progress) throws Errors, InterruptedException {
    each(configuration, function -> {
      deployer.check(function, progress);
      return function;
    }, new LinkedHashMap<>());
  }

  @FunctionalInterface
  private interface Step<T> {
    T of(Configuration.Function function) throws DeployException, InterruptedException;
  }

  private static <T> void each(Configuration configuration, Step<T> step, Map<String, T> results) throws Errors, InterruptedException {
    List<String> errors = new ArrayList<>();
    Map<String, Future<T>> under = new LinkedHashMap<>();
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofPlatform().name("deploy-", 0).factory());
    boolean all = false;
    try {
      configuration.functions().forEach((name, function) -> under.put(name, threads.submit(() -> step.of(function))));
      for (Map.Entry<String, Future<T>> function : under.entrySet()) {
        try {
          results.put(function.getKey(), function.getValue().get());
        } catch (ExecutionException e) {
          errors.add(line(function.getKey(), e.getCause()));
        }
      }
      all = true;
    } finally {
      if (!all) {
        threads.shutdownNow();
      }
      threads.close();
      if (!all) {
        under.forEach((name, result) -> collect(name, result, results));
      }
    }
    if (!errors.isEmpty()) {
      throw new Errors(errors);
    }
  }

  /** What was done though nobody waited for it any more. */
  private static <T> void collect(String name, Future<T> result, Map<String, T> results) {
    if (result.state() == Future.State.SUCCESS) {
      results.put(name, result.resultNow());
    }
  }

  private static String line(String name, Throwable cause) {
    if (cause instanceof DeployException) {
      return name + ": " + cause.getMessage();
    }
    LOG.error("deploying {} failed", name, cause);
    return name + ": " + cause + " (a fault of the gateway; the log has more)";
  }
}
