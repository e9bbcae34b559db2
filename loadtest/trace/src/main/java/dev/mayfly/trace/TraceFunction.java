package dev.mayfly.trace;

/**
 * A function of a trace. Its names are hashes, equal in all files of one trace.
 *
 * @param owner empty in the format of 2021, which does not tell it
 * @param trigger one of http, timer, event, queue, storage, orchestration, others; empty in the format of 2021
 */
public record TraceFunction(String owner, String app, String function, String trigger) {
  /** The same for a function in every file; the trigger is no part of it. */
  public String id() {
    return owner + "/" + app + "/" + function;
  }
}
