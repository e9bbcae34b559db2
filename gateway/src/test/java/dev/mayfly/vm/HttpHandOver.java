package dev.mayfly.vm;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A hand-over as a component reads it; fields as {@code name: value}. */
public record HttpHandOver(List<String> request, List<String> fields) {
  public static HttpHandOver of(HandOver handOver) {
    MessageReader in = new MessageReader(0, ByteBuffer.wrap(handOver.encoded()));
    List<String> request = in.list();
    if (!in.list().isEmpty()) {
      throw new AssertionError("an environment");
    }
    List<String> flat = in.list();
    in.end();
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < flat.size(); i += 2) {
      fields.add(flat.get(i) + ": " + flat.get(i + 1));
    }
    return new HttpHandOver(request, fields);
  }
}
