package dev.mayfly.loadtest.plan;

import java.net.URI;
import java.util.Optional;

/**
 * Where requests go.
 *
 * @param name as it stands in reports; differs between the targets of a plan
 * @param url scheme http or https, host, port; path and query are the calls'
 * @param admin the admin port of the gateway behind it: for evictions and for pool sizes from /metrics
 */
public record Target(String name, URI url, Optional<URI> admin) {}
