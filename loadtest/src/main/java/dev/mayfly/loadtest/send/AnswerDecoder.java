package dev.mayfly.loadtest.send;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.util.function.BooleanSupplier;

/** Netty's decoder of answers, which must be told that an answer to HEAD has no body. */
final class AnswerDecoder extends HttpResponseDecoder {
  private static final int HEAD_BYTES = 64 * 1024;
  private final BooleanSupplier head;

  /** @param head whether the request under way is a HEAD */
  AnswerDecoder(BooleanSupplier head) {
    super(new HttpDecoderConfig().setMaxHeaderSize(HEAD_BYTES).setMaxInitialLineLength(HEAD_BYTES).setValidateHeaders(false));
    this.head = head;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    return head.getAsBoolean() || super.isContentAlwaysEmpty(message);
  }
}
