package dev.mayfly.function;

import java.nio.file.Path;

/**
 * A directory of the host that a function finds open at its start.
 *
 * @param guest its name in the guest, {@code /data}
 * @param writable the guest may change its copy
 */
record Preopen(String guest, Path host, boolean writable) {}
