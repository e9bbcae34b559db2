package dev.mayfly.pool;

/** Who asked a component something: the client's side, as the pool sees it. Called on the Vert.x context of {@link FunctionPool#serve}; must not block. */
public interface HttpCaller {
  /** So many more pieces of the request's body, or its end, are wanted; each is answered with {@link HttpServing#body} or {@link HttpServing#bodyEnd}. */
  void wantBody(int pieces);

  /**
   * Takes the next part of the answer. Nothing comes after the last.
   *
   * @return whether the client is behind: {@link HttpServing#drained} says when it no longer is
   */
  boolean take(HttpPart part);
}
