package dev.mayfly.loadtest;

/**
 * An answer, and how long it took.
 *
 * @param start the header {@code X-Mayfly-Start}; empty where there is none
 * @param nanos from before the request's first byte was written until after the answer's last was read
 */
record Answer(int status, String start, String body, long nanos) {}
