package dev.mayfly.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says Spin's {@code allowed_outbound_hosts} as {@code outbound}. What cannot be said is refused, never widened. */
final class SpinHosts {
  private static final Pattern HOST = Pattern.compile("([A-Za-z*][A-Za-z0-9+.-]*)://(\\[[^\\]]+]|[^/:\\[]+)(?::([^/]+))?/?");

  private SpinHosts() {}

  /**
   * The origins that an entry allows; none, with a note, if no function could use it.
   *
   * @param note takes what is left out, and why
   */
  static List<String> origins(String text, Consumer<String> note) throws InvalidValue {
    if (text.equals("insecure:allow-all")) {
      throw everywhere(text);
    }
    Matcher m = HOST.matcher(text);
    if (!m.matches()) {
      throw new InvalidValue("\"" + text + "\" is not a host to call; write scheme, host and perhaps port, like https://api.example.com");
    }
    String scheme = m.group(1);
    String host = m.group(2);
    if (!List.of("*", "http", "https").contains(scheme)) {
      note.accept("\"" + text + "\" is left out: functions make outgoing calls by http and https only");
      return List.of();
    }
    if (host.equals("self") || host.equals("self.alt") || host.endsWith(".spin.internal")) {
      note.accept("\"" + text + "\" is left out: components do not call one another within the application; they call a URL of this gateway");
      return List.of();
    }
    if (host.equals("*")) {
      throw everywhere(text);
    }
    String port = m.group(3);
    if (port != null && !port.matches("[0-9]{1,5}")) {
      throw new InvalidValue("\"" + text + "\" has the port \"" + port
          + "\"; write one port from 1 to 65535 in each entry, or none for the scheme's own");
    }
    List<String> origins = new ArrayList<>();
    for (String each : scheme.equals("*") ? List.of("http", "https") : List.of(scheme)) {
      origins.add(Network.origin().parse(each + "://" + host + (port == null ? "" : ":" + port)));
    }
    return origins;
  }

  private static InvalidValue everywhere(String text) {
    return new InvalidValue("\"" + text + "\" allows every host, which Mayfly does not; "
        + "name the hosts, like https://api.example.com or https://*.example.com");
  }
}
