package dev.mayfly.sizing;

/**
 * What a function's pool should have, and what that comes from.
 *
 * @param target machines to keep, on all gateways together: those that serve again count while they are busy, those that serve once do not
 * @param spareSeconds how long a machine beyond the target is kept idle
 * @param forFast machines for the traffic of the last seconds, {@code forSlow} of the last minute; before {@code min} and {@code max}
 * @param held the function is idle, and a machine is held for the next request
 * @param known whether gaps enough were seen to tell when that comes
 * @param changesInSeconds if nothing happens, the target stays the same for so long; infinite: for good
 * @param benefits cold starts a second that each machine avoids, the first machine's first; a negligible one's may be absent
 */
public record Sizing(int target, double spareSeconds, int forFast, int forSlow, boolean held, boolean known, double changesInSeconds, double[] benefits) {}
