package dev.mayfly.kvm;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** Machine code written as bytes with the assembly beside: a line each, {@code hex ; label: assembly}. */
record Program(byte[] bytes, Map<String, Integer> labels) {
  static Program of(String listing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Map<String, Integer> labels = new HashMap<>();
    listing.lines().map(line -> line.split(";")).forEach(parts -> {
      String comment = parts[1].strip();
      if (comment.matches("\\w+: .*")) {
        labels.put(comment.substring(0, comment.indexOf(':')), bytes.size());
      }
      bytes.writeBytes(HexFormat.of().parseHex(parts[0].replace(" ", "")));
    });
    return new Program(bytes.toByteArray(), labels);
  }

  int label(String name) {
    return labels.get(name);
  }
}
