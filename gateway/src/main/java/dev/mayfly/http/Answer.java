package dev.mayfly.http;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer before it is written: what is decided about it, without a connection. Not thread-safe.
 */
final class Answer {
  /** A field, as often as it is to be sent. */
  record Field(CharSequence name, CharSequence value) {}

  private final int status;
  private final List<Field> fields = new ArrayList<>(6);
  private final Buffer body;

  Answer(int status, Buffer body) {
    this.status = status;
    this.body = body;
  }

  static Answer of(Problem problem, String requestId) {
    return new Answer(problem.status(), problem.document(requestId)).with("Content-Type", Problem.MEDIA_TYPE);
  }

  Answer with(CharSequence name, CharSequence value) {
    fields.add(new Field(name, value));
    return this;
  }

  int status() {
    return status;
  }

  List<Field> fields() {
    return fields;
  }

  Buffer body() {
    return body;
  }

  /** Statuses that have no body, and no length. */
  boolean bodiless() {
    return status == 204 || status == 304;
  }
}
