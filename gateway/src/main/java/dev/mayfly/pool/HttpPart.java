package dev.mayfly.pool;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * The next part of an answer, in this order: head, some of the body, then its end or what went wrong.
 *
 * @param head null: it came before, or never
 * @param body perhaps empty
 * @param trailers null: the body is not at its end
 * @param failure null: all is well; else the answer ends here, broken
 */
public record HttpPart(HttpHead head, Buffer body, List<HttpField> trailers, Result failure) {
  /** Nothing comes after this. */
  public boolean last() {
    return trailers != null || failure != null;
  }
}
