/**
 * Scenarios: from a YAML file, or from options, to a {@link dev.mayfly.loadtest.plan.Plan}. Every mistake in a file is told with its line and
 * column, all at once.
 */
package dev.mayfly.loadtest.scenario;
