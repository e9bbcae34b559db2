package dev.mayfly.pool;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/** A request to a component under way: what its client's side tells it. On the Vert.x context of {@link FunctionPool#serve}, at any time, also after its end. */
public interface HttpServing {
  /** A piece of the body. */
  void body(Buffer piece);

  /** The body is whole. */
  void bodyEnd(List<HttpField> trailers);

  /** No more of the body will come, and it is not whole. */
  void bodyBroken(String why);

  /** The client is no longer behind. */
  void drained();

  /** Nobody wants the rest of the answer: the run is stopped, and nothing more is told. */
  void gone();
}
