/** Long runs of mixed load, and whether anything grows. Read first: {@link dev.mayfly.loadtest.soak.Soak}, {@link dev.mayfly.loadtest.soak.Trend}. */
package dev.mayfly.loadtest.soak;
