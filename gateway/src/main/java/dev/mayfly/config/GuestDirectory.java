package dev.mayfly.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Where in a guest's file tree a directory of the host may appear. */
public final class GuestDirectory {
  private static final List<String> RESERVED = List.of("/tmp", "/request");

  private GuestDirectory() {}

  /**
   * Checks a directory against the rules, and against those that are already there. {@code /} may stand beside others: the longest prefix wins
   * in the guest's C library.
   */
  public static String check(String directory, Collection<String> others) throws InvalidValue {
    if (!directory.startsWith("/") || directory.length() > 1 && directory.endsWith("/")) {
      throw new InvalidValue("\"" + directory + "\" must be an absolute directory in the guest, like /data, without a slash at its end");
    }
    if (directory.length() > 1 && Arrays.stream(directory.substring(1).split("/", -1)).anyMatch(s -> s.isEmpty() || s.equals(".") || s.equals(".."))
        || directory.indexOf('\0') >= 0) {
      throw new InvalidValue("\"" + directory + "\" must not have empty, \".\" or \"..\" segments");
    }
    for (String reserved : RESERVED) {
      if (within(directory, reserved)) {
        throw new InvalidValue("\"" + directory + "\" is taken: " + reserved + " is the gateway's own");
      }
    }
    for (String other : others) {
      if (directory.equals(other)) {
        throw new InvalidValue("\"" + directory + "\" is mapped twice");
      }
      if (!directory.equals("/") && !other.equals("/") && (within(directory, other) || within(other, directory))) {
        throw new InvalidValue("\"" + directory + "\" and \"" + other + "\" lie in each other; map directories apart");
      }
    }
    return directory;
  }

  private static boolean within(String directory, String parent) {
    return directory.equals(parent) || directory.startsWith(parent + "/");
  }
}
