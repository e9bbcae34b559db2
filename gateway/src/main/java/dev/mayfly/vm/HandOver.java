package dev.mayfly.vm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a request hands to its machine beside its body, encoded once: three lists, a list being {@code u32 count} and that many strings, a
 * string {@code u32 length} and bytes (little-endian; {@code abi::handover}). Immutable.
 */
public final class HandOver {
  /** Nothing: the image's own arguments and environment stand. */
  public static final HandOver EMPTY = new HandOver(List.of(), List.of(), List.of());

  private final byte[] encoded;

  private HandOver(List<byte[]> arguments, List<byte[]> environment, List<byte[]> files) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    list(out, arguments);
    list(out, environment);
    list(out, files);
    encoded = out.toByteArray();
  }

  /**
   * @param arguments program's name first; empty: the image's stand
   * @param environment {@code NAME=value}; empty: the image's stand
   * @param files name under {@code /request} to content
   */
  public static HandOver of(List<String> arguments, List<String> environment, Map<String, String> files) {
    return new HandOver(
        arguments.stream().map(HandOver::bytes).toList(),
        environment.stream().map(HandOver::bytes).toList(),
        files.entrySet().stream().<byte[]>mapMulti((e, to) -> {
          to.accept(bytes(e.getKey()));
          to.accept(bytes(e.getValue()));
        }).toList());
  }

  /**
   * The hand-over to a component that serves HTTP. All texts have an octet in each character.
   *
   * @param request method, scheme, authority, path with query
   * @param fields name, value, name, value ...
   */
  public static HandOver http(List<String> request, List<String> fields) {
    return new HandOver(request.stream().map(HandOver::octets).toList(), List.of(), fields.stream().map(HandOver::octets).toList());
  }

  /** Bytes of the encoded form; what does not fit into IN cannot be handed over. */
  public int size() {
    return encoded.length;
  }

  /** The encoded form, to be copied and not changed. */
  byte[] encoded() {
    return encoded;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void list(ByteArrayOutputStream out, List<byte[]> strings) {
    number(out, strings.size());
    for (byte[] string : strings) {
      number(out, string.length);
      out.writeBytes(string);
    }
  }

  private static void number(ByteArrayOutputStream out, int value) {
    out.write(value);
    out.write(value >>> 8);
    out.write(value >>> 16);
    out.write(value >>> 24);
  }
}
