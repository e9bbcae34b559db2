package dev.mayfly.loadtest.plan;

import java.time.Duration;

/**
 * A stretch of a run. Phases follow one another; a phase begins when the answers of the one before are all there, or given up.
 *
 * @param name differs between the phases of a plan
 * @param counted false: a warm-up, in the picture over time but in no figure
 * @param evict whether the functions' machines are dropped before the phase begins
 */
public record Phase(String name, boolean counted, Duration duration, boolean evict, Model model) {}
