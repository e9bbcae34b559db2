package dev.mayfly.route;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request's path as routes see it: split at its slashes first, then each segment percent-decoded once, then dot segments taken out as RFC 3986,
 * section 5.2.4, has it, {@code %2e} being a dot. So an encoded slash never splits, and {@code /public/../admin} is {@code /admin} and
 * cannot get past {@code /public/*}. Empty segments stay.
 */
final class RequestPath {
  /** A path that is refused; the message is fit for the client. */
  static final class Bad extends Exception {
    private static final long serialVersionUID = 1;

    Bad(String message) {
      super(message, null, false, false);
    }
  }

  private RequestPath() {}

  /** The decoded segments; at least one: {@code /} has one that is empty. */
  static List<String> segments(String raw) throws Bad {
    if (raw.isEmpty() || raw.charAt(0) != '/') {
      throw new Bad("The path does not begin with a slash.");
    }
    List<String> segments = new ArrayList<>();
    boolean open = false;
    for (int start = 1; start <= raw.length(); ) {
      int slash = raw.indexOf('/', start);
      int end = slash < 0 ? raw.length() : slash;
      String segment = decode(raw, start, end);
      open = segment.equals(".") || segment.equals("..");
      if (!open) {
        segments.add(segment);
      } else if (segment.length() == 2) {
        up(segments);
      }
      start = end + 1;
    }
    if (open) {
      // What ends in a dot segment names a directory: /a/. is /a/.
      segments.add("");
    }
    return segments;
  }

  private static void up(List<String> segments) throws Bad {
    if (segments.isEmpty()) {
      throw new Bad("The path climbs above its root.");
    }
    segments.removeLast();
  }

  private static String decode(String raw, int start, int end) throws Bad {
    boolean encoded = false;
    for (int i = start; i < end; i++) {
      char c = raw.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        throw new Bad("The path has a character that must be percent-encoded.");
      }
      encoded |= c == '%';
    }
    return encoded ? decodePercent(raw, start, end) : raw.substring(start, end);
  }

  private static String decodePercent(String raw, int start, int end) throws Bad {
    ByteBuffer bytes = ByteBuffer.allocate(end - start);
    for (int i = start; i < end; i++) {
      char c = raw.charAt(i);
      if (c != '%') {
        bytes.put((byte) c);
        continue;
      }
      int high = i + 2 < end ? Character.digit(raw.charAt(i + 1), 16) : -1;
      int low = i + 2 < end ? Character.digit(raw.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw new Bad("The path has a percent sign that no two hexadecimal digits follow.");
      }
      if (high + low == 0) {
        throw new Bad("The path has a NUL character.");
      }
      bytes.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new Bad("The path is not UTF-8 when it is percent-decoded.");
    }
  }
}
