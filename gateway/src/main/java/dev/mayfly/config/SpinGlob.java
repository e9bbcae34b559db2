package dev.mayfly.config;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The patterns for files in a Spin manifest: {@code *}, {@code ?}, {@code [ab]}, {@code [!ab]}, and {@code **} for folders, none included. */
final class SpinGlob {
  private SpinGlob() {}

  static boolean isPattern(String text) {
    return text.matches(".*[*?\\[].*");
  }

  /**
   * A pattern for whole paths with {@code /} between their segments.
   *
   * @param across whether {@code *} and {@code ?} stand for {@code /} too, as they do in {@code exclude_files}
   */
  static Pattern compile(String glob, boolean across) throws InvalidValue {
    StringBuilder regex = new StringBuilder();
    int i = 0;
    while (i < glob.length()) {
      char c = glob.charAt(i);
      int end = c == '[' ? glob.indexOf(']', i + (glob.startsWith("!", i + 1) ? 3 : 2)) : -1;
      if (glob.startsWith("**/", i)) {
        regex.append("(?:.*/)?");
        i += 3;
      } else if (glob.startsWith("**", i)) {
        regex.append(".*");
        i += 2;
      } else if (end > 0) {
        String set = glob.substring(i + 1, end);
        boolean not = set.startsWith("!");
        regex.append(not ? "[^" : "[").append(set.substring(not ? 1 : 0).replaceAll("[\\\\\\[\\]^&]", "\\\\$0")).append(']');
        i = end + 1;
      } else if (c == '[') {
        throw new InvalidValue("\"" + glob + "\" has \"[\" without \"]\"");
      } else {
        regex.append(c == '*' ? (across ? ".*" : "[^/]*") : c == '?' ? (across ? "." : "[^/]") : Pattern.quote(String.valueOf(c)));
        i++;
      }
    }
    try {
      return Pattern.compile(regex.toString(), Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new InvalidValue("\"" + glob + "\" is not a pattern: " + e.getDescription());
    }
  }

  /** The folder, perhaps empty, below which everything lies that the pattern can match. */
  static String folder(String glob) {
    String fixed = glob.replaceFirst("[*?\\[].*", "");
    return fixed.substring(0, Math.max(0, fixed.lastIndexOf('/')));
  }
}
