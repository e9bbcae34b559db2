package dev.mayfly.loadtest.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request that can be sent, any number of times.
 *
 * @param name as it stands in reports
 * @param target index into {@link Plan#targets()}
 * @param function the function behind it, to evict; empty: unknown
 * @param path path and query as on the wire, begins with a slash
 * @param headers beyond Host and Content-Length, which the sender makes
 * @param body empty: none
 */
public record Call(String name, int target, Optional<String> function, String method, String path, List<Map.Entry<String, String>> headers, byte[] body,
    Expectation expectation) {}
