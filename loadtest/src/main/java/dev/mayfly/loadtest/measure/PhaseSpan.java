package dev.mayfly.loadtest.measure;

/**
 * When a phase was.
 *
 * @param beginNanos since the run's begin
 * @param endNanos when its last answer was there
 * @param sendNanos how long it sent: what rates are divided by
 */
public record PhaseSpan(String name, boolean counted, long beginNanos, long endNanos, long sendNanos) {}
