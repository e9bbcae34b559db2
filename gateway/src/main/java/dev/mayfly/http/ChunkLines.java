package dev.mayfly.http;

import io.netty.buffer.ByteBuf;

/**
 * What lies between the octets of a chunked body, looked at a second time for what the server library lets pass: a chunk extension without a name
 * and a trailer line that is folded (RFC 9112, sections 7.1.1 and 5.2). Sizes and the ends of lines are the library's. For one body, on its event loop.
 */
final class ChunkLines {
  private enum Part { SIZE, OCTETS, LINE_END, TRAILERS }

  private Part part = Part.SIZE;
  /** Octets of the chunk that are still to come. */
  private long left;

  /**
   * Looks at octets that the library has just read, in their order; it reads lines as a whole, or refuses them.
   *
   * @return whether they are as they should be
   */
  boolean wellFormed(ByteBuf buffer, int from, int to) {
    int at = from;
    while (at < to) {
      switch (part) {
        case SIZE -> {
          int end = lineEnd(buffer, at, to);
          int extension = size(buffer, at, end);
          part = left == 0 ? Part.TRAILERS : Part.OCTETS;
          at = end;
          if (!named(buffer, extension, end)) {
            return false;
          }
        }
        case OCTETS -> {
          int octets = (int) Math.min(left, to - at);
          left -= octets;
          at += octets;
          part = left == 0 ? Part.LINE_END : Part.OCTETS;
        }
        case LINE_END -> {
          at = lineEnd(buffer, at, to);
          part = Part.SIZE;
        }
        case TRAILERS -> {
          if (folded(buffer, at)) {
            return false;
          }
          at = lineEnd(buffer, at, to);
        }
      }
    }
    return true;
  }

  /** Whether the line that begins here goes on with the one before it. */
  static boolean folded(ByteBuf buffer, int line) {
    byte first = buffer.getByte(line);
    return first == ' ' || first == '\t';
  }

  private static int lineEnd(ByteBuf buffer, int from, int to) {
    int end = buffer.indexOf(from, to, (byte) '\n');
    return end < 0 ? to : end + 1;
  }

  /** Reads the size; where it ends. */
  private int size(ByteBuf buffer, int from, int to) {
    left = 0;
    int at = from;
    for (int digit; at < to && (digit = Character.digit(buffer.getByte(at), 16)) >= 0; at++) {
      left = left << 4 | digit;
    }
    return at;
  }

  /** Whether a name follows each semicolon that stands in no quotes. */
  private static boolean named(ByteBuf buffer, int from, int to) {
    boolean quoted = false;
    for (int at = from; at < to; at++) {
      byte c = buffer.getByte(at);
      if (c == '"') {
        quoted = !quoted;
      } else if (quoted && c == '\\') {
        at++;
      } else if (!quoted && c == ';') {
        int name = at + 1;
        while (name < to && folded(buffer, name)) {
          name++;
        }
        if (name == to || !Text.tokenCharacter((char) buffer.getByte(name))) {
          return false;
        }
      }
    }
    return true;
  }
}
