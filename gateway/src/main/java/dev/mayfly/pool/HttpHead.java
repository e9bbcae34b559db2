package dev.mayfly.pool;

import java.util.List;

/**
 * An answer's head, as a component gave it: nothing of it is checked but its form.
 *
 * @param status 0 to 65535
 * @param cold whether the request waited for a restore
 * @param timings until the head
 */
public record HttpHead(int status, List<HttpField> fields, boolean cold, Result.Timings timings) {}
