/** How long many requests of one function take that all wait for a slow server. */
package dev.mayfly.loadtest.waiting;
