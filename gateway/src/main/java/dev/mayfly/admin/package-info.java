/**
 * The admin port: health, metrics, and what operators do to functions. A request becomes an {@link dev.mayfly.admin.Action} first; what is done with
 * it knows no HTTP. Whoever reaches this port may use it: it listens on the loopback unless the configuration says otherwise.
 *
 * <pre>
 * GET  /health/live            200: the process answers
 * GET  /health/ready           200, with what is degraded, or 503 with what is missing; /health is the same
 * GET  /metrics                Prometheus' text format
 * GET  /functions              the functions, in JSON
 * GET  /pools                  the functions' pools: target, actual, misses
 * GET  /pools/NAME             why a pool is as large as it is
 * POST /functions/NAME/evict   204 when the function's machines are gone
 * </pre>
 */
package dev.mayfly.admin;
