/**
 * From a request to its route. Of all routes whose host, path and method match, the most specific wins: a route with the request's host before
 * one for any host; then, segment by segment from the left, an exact segment before a {@code {parameter}} before {@code /*}; then a route that
 * names the method (HEAD counts as GET where no route names it) before one for all methods. The order of the file does not matter.
 */
package dev.mayfly.route;
