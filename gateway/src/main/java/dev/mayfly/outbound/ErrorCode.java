package dev.mayfly.outbound;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** The names of {@code wasi:http/types.error-code}, and which of them a failure is. Pure. */
final class ErrorCode {
  static final String DENIED = "HTTP-request-denied";
  static final String PROHIBITED = "destination-IP-prohibited";
  static final String DNS = "DNS-error";
  static final String METHOD = "HTTP-request-method-invalid";
  static final String URI = "HTTP-request-URI-invalid";
  static final String HEADER = "HTTP-request-header-size";
  static final String BODY_SIZE = "HTTP-request-body-size";
  static final String TOO_MANY = "connection-limit-reached";
  static final String CONNECT_TIMEOUT = "connection-timeout";
  static final String READ_TIMEOUT = "connection-read-timeout";

  static final String PROTOCOL = "HTTP-protocol-error";
  static final String ANSWER_FIELDS = "HTTP-response-header-section-size";
  static final String ANSWER_TRAILERS = "HTTP-response-trailer-section-size";
  static final String TERMINATED = "connection-terminated";

  private ErrorCode() {}

  /** Of a failure before there was a connection. */
  static String connecting(Throwable failure) {
    return failure instanceof TimeoutException ? CONNECT_TIMEOUT : of(failure, false);
  }

  /** @param answering whether the answer's head was there */
  static String of(Throwable failure, boolean answering) {
    return switch (failure) {
      case UnknownHostException e -> DNS;
      case ConnectTimeoutException e -> CONNECT_TIMEOUT;
      case NoRouteToHostException e -> "destination-unavailable";
      case ConnectException e -> e.getMessage() != null && e.getMessage().contains("timed out") ? CONNECT_TIMEOUT : "connection-refused";
      case SSLHandshakeException e -> "TLS-certificate-error";
      case SSLException e -> "TLS-protocol-error";
      case TimeoutException e -> READ_TIMEOUT;
      case StreamResetException e -> PROTOCOL;
      case HttpClosedException e -> answering ? "HTTP-response-incomplete" : TERMINATED;
      case TooLongFrameException e -> ANSWER_FIELDS;
      case IllegalArgumentException e -> PROTOCOL;
      case PrematureChannelClosureException e -> answering ? "HTTP-response-incomplete" : TERMINATED;
      case java.io.IOException e -> TERMINATED;
      case VertxException e when e.getCause() != null && e.getCause() != e -> of(e.getCause(), answering);
      default -> "internal-error";
    };
  }
}
