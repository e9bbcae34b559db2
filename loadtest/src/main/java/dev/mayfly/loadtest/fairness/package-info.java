/** What functions that never end cost the others. Read first: {@link dev.mayfly.loadtest.fairness.Fairness}. */
package dev.mayfly.loadtest.fairness;
