/** Compares targets with each other, and a run with an earlier one: runs by turns, and ratios with intervals of confidence. */
package dev.mayfly.loadtest.compare;
