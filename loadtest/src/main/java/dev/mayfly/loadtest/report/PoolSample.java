package dev.mayfly.loadtest.report;

import java.time.Instant;

/**
 * The machines behind a target at one time, all its functions together.
 *
 * @param warm wait for a request
 * @param busy run one
 * @param restoring being made
 * @param resetting being put back to their snapshot
 * @param queued requests that wait for a machine
 * @param shells wait to become a machine
 */
public record PoolSample(Instant at, String target, double warm, double busy, double restoring, double resetting, double queued, double shells) {}
