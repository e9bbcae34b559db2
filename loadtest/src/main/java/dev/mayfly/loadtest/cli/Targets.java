package dev.mayfly.loadtest.cli;

import dev.mayfly.loadtest.plan.Target;
import dev.mayfly.loadtest.scenario.InvalidValue;
import dev.mayfly.loadtest.scenario.Urls;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes targets of the URLs on the command line. */
final class Targets {
  private Targets() {}

  /**
   * @param names as given, one for each URL, or none
   * @param admins one for each URL, one for all, or none
   */
  static List<Target> of(List<String> urls, List<String> names, List<String> admins) throws InvalidValue {
    if (admins.size() > 1 && admins.size() != urls.size()) {
      throw new InvalidValue("--admin is given " + admins.size() + " times; give it once, or once for each of the " + urls.size() + " URLs");
    }
    if (!names.isEmpty() && names.size() != urls.size()) {
      throw new InvalidValue("--name is given " + names.size() + " times; give it for each of the " + urls.size() + " URLs, in their order");
    }
    List<Target> targets = new ArrayList<>();
    Map<String, Integer> used = new HashMap<>();
    for (int i = 0; i < urls.size(); i++) {
      URI url = Urls.parse(urls.get(i));
      String name = names.isEmpty() ? name(url) : names.get(i);
      int times = used.merge(name, 1, Integer::sum);
      targets.add(new Target(times == 1 ? name : name + " (" + times + ")", url, admin(admins, i)));
    }
    return targets;
  }

  private static Optional<URI> admin(List<String> admins, int url) throws InvalidValue {
    return admins.isEmpty() ? Optional.empty() : Optional.of(Urls.parse(admins.get(admins.size() == 1 ? 0 : url)));
  }

  private static String name(URI url) {
    String path = url.getRawPath() == null || url.getRawPath().equals("/") ? "" : url.getRawPath();
    return url.getRawAuthority() + path;
  }
}
