/** Compares the gateway with others that answer the same on this machine: starts them, runs them by turns, prints the README's table. */
package dev.mayfly.loadtest.peers;
