package dev.mayfly.loadtest.scenario;

import java.net.URI;
import java.net.URISyntaxException;

/** Reads the URLs of targets and admin ports. */
public final class Urls {
  private static final String HOW = "; write one like http://127.0.0.1:8080/hello";

  private Urls() {}

  public static URI parse(String text) throws InvalidValue {
    URI url;
    try {
      url = new URI(text.contains("://") ? text : "http://" + text);
    } catch (URISyntaxException e) {
      throw new InvalidValue("\"" + text + "\" is not a URL (" + e.getReason() + ")" + HOW);
    }
    if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
      throw new InvalidValue("\"" + text + "\" has the scheme " + url.getScheme() + "; http and https are known" + HOW);
    }
    if (url.getHost() == null || url.getRawUserInfo() != null || url.getPort() == 0 || url.getPort() > 65535) {
      throw new InvalidValue("\"" + text + "\" has no host and port that can be connected to" + HOW);
    }
    return url;
  }
}
