/** How fast a component streams, and what the gateway holds meanwhile, beside the same component under {@code wasmtime serve}. */
package dev.mayfly.loadtest.stream;
