package dev.mayfly.http;

import dev.mayfly.config.Configuration;
import dev.mayfly.metrics.FunctionMeters;

/** A function as requests meet it: everything that is looked up or computed once. */
record Target(Configuration.Function function, HandOverBuilder handOver, FunctionInvoker invoker, FunctionMeters meters) {}
