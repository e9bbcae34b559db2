package dev.mayfly.loadtest.measure;

/**
 * Whether a threshold held.
 *
 * @param threshold as the user wrote it
 * @param measured what was measured, with its unit
 */
public record Verdict(String threshold, boolean kept, String measured) {}
