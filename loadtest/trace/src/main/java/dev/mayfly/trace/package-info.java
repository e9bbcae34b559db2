/**
 * Recorded traffic: reads the formats in which Azure published the traces of its functions in 2019 and 2021, and gives their invocations one
 * after the other, in order of time. It needs nothing but the JDK, as the load test (which sends what a trace says) and the gateway (which
 * sizes its pools against one) both use it.
 */
package dev.mayfly.trace;
