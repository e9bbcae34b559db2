/**
 * What functions are asked for: counts of a while, and the windows that they add up to. Windows live in this process ({@link
 * dev.mayfly.traffic.LocalWindows}) or, for several gateways and across restarts, in Redis.
 */
package dev.mayfly.traffic;
