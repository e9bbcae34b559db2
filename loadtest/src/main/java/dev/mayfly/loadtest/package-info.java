/** A small benchmark of the gateway from outside: starts it with the example functions, asks, and prints one table. */
package dev.mayfly.loadtest;
