package dev.mayfly.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Characters as HTTP's grammars name them. Pure. */
final class Text {
  private static final String IN_TOKENS = "!#$%&'*+-.^_`|~";

  private Text() {}

  static boolean alphanumeric(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  static boolean hex(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }

  static boolean tokenCharacter(char c) {
    return alphanumeric(c) || IN_TOKENS.indexOf(c) >= 0;
  }

  /** RFC 9110's token: names of header fields. */
  static boolean token(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!tokenCharacter(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** A field's value: no control characters but the tab. */
  static boolean fieldValue(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' && c != '\t' || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  /**
   * Header values come with an octet in each character. Where the octets are UTF-8 they become its characters, so that they leave for the function,
   * encoded again, as they came.
   */
  static String fromOctets(String octets) {
    int i = 0;
    while (i < octets.length() && octets.charAt(i) < 0x80) {
      i++;
    }
    if (i == octets.length()) {
      return octets;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1))).toString();
    } catch (CharacterCodingException e) {
      return octets;
    }
  }
}
