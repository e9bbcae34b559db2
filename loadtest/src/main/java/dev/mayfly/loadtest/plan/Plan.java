package dev.mayfly.loadtest.plan;

import java.util.List;

/**
 * All that a run does.
 *
 * @param title for the report: the scenario's name, or what was asked for
 * @param thresholds what must hold of the result
 */
public record Plan(String title, List<Target> targets, List<Call> calls, List<Phase> phases, Limits limits, List<Threshold> thresholds) {}
