package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.measure.Cause;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Which cause an exception stands for. */
final class Failures {
  private Failures() {}

  static Cause connecting(Throwable e) {
    return switch (e) {
      case UnknownHostException _ -> Cause.WRONG_NAME;
      case ConnectTimeoutException _ -> Cause.CONNECT_TIMEOUT;
      case SSLException _ -> Cause.TLS;
      default -> Cause.UNREACHABLE;
    };
  }

  static Cause reading(Throwable e) {
    return switch (e) {
      case SSLException _ -> Cause.TLS;
      case DecoderException d when d.getCause() instanceof SSLException -> Cause.TLS;
      case IOException _ -> Cause.RESET;
      default -> Cause.GARBAGE;
    };
  }

  static String example(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
