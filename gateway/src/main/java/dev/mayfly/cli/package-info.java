/**
 * The command {@code mayfly}: what people type, and what they see. Each subcommand is a class; what it needs of the rest of the gateway stands in
 * {@link dev.mayfly.cli.Parts}. Exit statuses: 0 done, 1 it could not be done, 2 wrong usage; {@code run} has the program's own.
 */
package dev.mayfly.cli;
