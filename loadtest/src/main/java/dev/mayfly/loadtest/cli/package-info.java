/** The command: options, what is shown while a run goes on and at its end, the exit code. */
package dev.mayfly.loadtest.cli;
