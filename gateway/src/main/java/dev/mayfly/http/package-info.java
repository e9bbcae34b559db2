/**
 * From a request on the wire to an invocation and back: what is checked before a route is looked for, how a request is handed to a command, and
 * what an answer carries. Everything here runs on event loops and never blocks.
 *
 * <p>The way of a request: {@link dev.mayfly.http.StrictRequestDecoder} (HTTP/1 as RFC 9112 has it), {@link dev.mayfly.http.RequestHead} (RFC 9110's
 * rules for what arrived whole), the route, {@link dev.mayfly.http.BodyCollector}, a {@link dev.mayfly.http.HandOverBuilder}, the function's
 * {@link dev.mayfly.http.FunctionInvoker}, {@link dev.mayfly.http.Answer}. {@link dev.mayfly.http.Rehearsal} goes it before the first client does.
 */
package dev.mayfly.http;
