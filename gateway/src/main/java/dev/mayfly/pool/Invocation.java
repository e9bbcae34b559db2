package dev.mayfly.pool;

import dev.mayfly.vm.HandOver;
import io.vertx.core.buffer.Buffer;

/** A request to a command: what it is handed, and its whole body, which is its standard input. */
public record Invocation(HandOver handOver, Buffer body) {}
