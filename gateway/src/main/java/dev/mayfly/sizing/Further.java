package dev.mayfly.sizing;

/**
 * Machines beyond a function's first that a gateway holds because of its own bursts.
 *
 * @param machines held, the first included; 0: no more than that one
 * @param idleSeconds since the last of them was wanted
 * @param rises the last of them is held because half as many are in use, not because of the time since it was wanted
 * @param gaps between such times that were seen; the last 60 count
 * @param changesInSeconds if nothing happens, this stays the same for so long
 * @param nextKnown whether enough is known of one machine more to let it go at once
 */
public record Further(int machines, double idleSeconds, boolean rises, double gaps, double changesInSeconds, boolean nextKnown) {
  public static final Further NONE = new Further(0, 0, false, 0, Double.POSITIVE_INFINITY, false);
}
