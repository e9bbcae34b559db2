package dev.mayfly.loadtest.measure;

/** Whether a request met a machine that waited for it, as {@code X-Mayfly-Start} says; NONE: the answer has no such header. */
public enum Start { COLD, WARM, NONE }
