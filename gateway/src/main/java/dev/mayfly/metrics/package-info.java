/** What the gateway tells Prometheus: all names in {@link dev.mayfly.metrics.MetricNames}, the meters behind {@link dev.mayfly.metrics.Metrics}. */
package dev.mayfly.metrics;
