/** Calls of components to other servers: which are allowed, and how they are made. */
package dev.mayfly.outbound;
