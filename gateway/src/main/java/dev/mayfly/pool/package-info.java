/** A function's machines: who runs now, who waits, who is refused; and the threads that machines run on. */
package dev.mayfly.pool;
