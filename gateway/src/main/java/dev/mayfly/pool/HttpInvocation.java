package dev.mayfly.pool;

import dev.mayfly.vm.HandOver;

/**
 * A request to a component that serves HTTP.
 *
 * @param hasBody whether a body may come, even an empty one; false: nobody is asked for it
 * @param caller hears of the answer
 */
public record HttpInvocation(HandOver handOver, boolean hasBody, HttpCaller caller) {}
