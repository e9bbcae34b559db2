/** Makes a schedule of a recorded trace: what {@code dev.mayfly.trace} reads, as arrivals of the open model. */
package dev.mayfly.loadtest.trace;
