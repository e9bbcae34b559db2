package dev.mayfly.sizing;

/**
 * What a function's pool should have, and what that comes from.
 *
 * @param target machines to keep, on all gateways together: those that serve again count while they are busy, those that serve once do not
 * @param further what this gateway is to have because of its own bursts, if that is more than its share of the target
 * @param spareSeconds how long a machine beyond the target is kept idle
 * @param forFast machines for the traffic of the last seconds, {@code forSlow} of the last minute; before {@code min} and {@code max}
 * @param held the function is idle, and a machine is held for the next request
 * @param known whether gaps enough were seen to tell when that comes
 * @param shape in words, how those gaps are spread
 * @param changesInSeconds if nothing happens, the target stays the same for so long; infinite: for good
 * @param benefits cold starts a second that each machine avoids, at least, the first machine's first
 */
public record Sizing(int target, Further further, double spareSeconds, int forFast, int forSlow, boolean held, boolean known, String shape, double changesInSeconds, double[] benefits) {}
