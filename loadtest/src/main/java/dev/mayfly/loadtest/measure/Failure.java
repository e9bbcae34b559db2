package dev.mayfly.loadtest.measure;

/**
 * How often something went wrong, and how it looked once.
 *
 * @param example a text for people: the status, the exception's message, the body's begin
 */
public record Failure(long count, String example) {}
