/** The configuration file: its values as records, its loader, and its errors with line and column. */
package dev.mayfly.config;
