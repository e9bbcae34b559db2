package dev.mayfly.vm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A hand-over as a guest reads it. */
public record DecodedHandOver(List<String> arguments, List<String> environment, Map<String, String> files) {
  public static DecodedHandOver of(HandOver handOver) {
    ByteBuffer in = ByteBuffer.wrap(handOver.encoded()).order(ByteOrder.LITTLE_ENDIAN);
    List<String> arguments = list(in);
    List<String> environment = list(in);
    List<String> files = list(in);
    if (in.hasRemaining()) {
      throw new AssertionError(in.remaining() + " bytes after the hand-over's lists");
    }
    Map<String, String> byName = new LinkedHashMap<>();
    for (int i = 0; i < files.size(); i += 2) {
      byName.put(files.get(i), files.get(i + 1));
    }
    return new DecodedHandOver(arguments, environment, byName);
  }

  private static List<String> list(ByteBuffer in) {
    List<String> strings = new ArrayList<>();
    for (int count = in.getInt(); count > 0; count--) {
      byte[] bytes = new byte[in.getInt()];
      in.get(bytes);
      strings.add(new String(bytes, StandardCharsets.UTF_8));
    }
    return strings;
  }
}
