package dev.mayfly.outbound;

import dev.mayfly.vm.MessageReader;
import java.util.List;

/**
 * What a component wants to call. Texts have an octet in each character; nothing is checked but the form.
 *
 * @param connectNanos how long connecting may take; 0: not said
 * @param firstByteNanos from the request to the answer's head
 * @param betweenBytesNanos between two pieces of the answer's body
 * @param fields name, value, name, value ...
 */
record CallHead(long connectNanos, long firstByteNanos, long betweenBytesNanos, String method, String scheme, String authority, String target,
    List<String> fields) {
  static CallHead read(MessageReader in) {
    long connect = in.u64();
    long firstByte = in.u64();
    long betweenBytes = in.u64();
    List<String> request = in.list();
    List<String> fields = in.list();
    in.end();
    if (request.size() != 4 || fields.size() % 2 != 0) {
      throw in.malformed("is not a call of method, scheme, authority and path, with fields that have a value each");
    }
    return new CallHead(connect, firstByte, betweenBytes, request.get(0), request.get(1), request.get(2), request.get(3), fields);
  }
}
