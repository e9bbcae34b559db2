package dev.mayfly.traffic;

/**
 * One line of an exchange with Redis.
 *
 * @param name of the window: a function's, or a route's
 * @param counts nothing: the window is only read
 * @param knownGaps how many gaps the caller has seen of it, so that they need not come again; -1: none
 * @param seed gaps to begin with where Redis has none, because it lost them; or null
 */
public record Reading(String name, Counts counts, double knownGaps, IdleGaps seed) {}
