/** The configuration file: its values as records, its loader, which understands Spin manifests too, and its errors with line and column. */
package dev.mayfly.config;
