/** What to send and when: values and pure calculation; no clock, no socket, no file. */
package dev.mayfly.loadtest.plan;
