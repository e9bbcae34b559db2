package dev.mayfly.http;

import dev.mayfly.config.Configuration;
import dev.mayfly.pool.Result;
import dev.mayfly.vm.Isolation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/**
 * From an invocation's result to an answer. Pure.
 *
 * @param failure what went wrong in the function, for metrics ({@code mayfly_failures_total}); null: nothing
 * @param refusal why it got no machine, for metrics ({@code mayfly_refusals_total}); null: it got one
 * @param reason for the log, never sent; null: nothing to say
 */
record FunctionAnswer(Answer answer, String failure, String refusal, String reason) {
  static final CharSequence START = HttpHeaders.createOptimized("X-Mayfly-Start");
  static final CharSequence ISOLATION = HttpHeaders.createOptimized("X-Mayfly-Isolation");
  static final CharSequence SERVER_TIMING = HttpHeaders.createOptimized("Server-Timing");
  static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("Retry-After");
  private static final CharSequence COLD = HttpHeaders.createOptimized("cold");
  private static final CharSequence WARM = HttpHeaders.createOptimized("warm");
  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
  private static final CharSequence BINARY = HttpHeaders.createOptimized("application/octet-stream");
  /** Bytes of output that are looked at to tell text from the rest. */
  private static final int LOOKED_AT = 64 * 1024;
  /** Seconds after which a request refused for want of machines may come again. */
  private static final String SOON = "1";
  /** Seconds after which another gateway, or this one started anew, may be there. */
  private static final String LATER = "5";

  /** @param requestId for problem documents */
  static FunctionAnswer of(Configuration.Function function, Isolation isolation, Result result, RequestIds ids) {
    FunctionAnswer made = judge(function, result, ids);
    if (made.refusal == null) {
      made.answer.with(START, result.cold() || result.verdict() == Result.Verdict.CANNOT_START ? COLD : WARM);
    }
    made.answer.with(ISOLATION, isolation.label()).with(SERVER_TIMING, ServerTiming.of(result.timings()));
    return made;
  }

  static CharSequence start(boolean cold) {
    return cold ? COLD : WARM;
  }

  private static FunctionAnswer judge(Configuration.Function function, Result result, RequestIds ids) {
    String name = function.name();
    return switch (result.verdict()) {
      case EXITED -> exited(function, result, ids);
      case TRAPPED -> failed("trapped", Problem.of(502, "trap", "The function trapped.", name), result, ids);
      case BROKEN -> failed("broken", Problem.of(502, "broken", "The function's machine failed.", name), result, ids);
      case CANNOT_START -> failed("cannot_start", Problem.of(502, "cannot-start", "The function could not be started.", name), result, ids);
      case OUTPUT_TOO_LARGE -> failed("output_too_large", Problem.of(502, "output-too-large", "The function wrote more than it may.", name), result, ids);
      case TIMED_OUT -> failed("timed_out", Problem.of(504, "timeout", "The function did not answer in time.", name), result, ids);
      case CPU_EXCEEDED -> failed("cpu_exceeded", Problem.of(504, "cpu", "The function used more processor time than it may.", name), result, ids);
      case NO_RESPONSE -> failed("no_response", Problem.of(502, "no-response", "The function ended without an answer.", name), result, ids);
      case ERROR_RESPONSE -> failed("error_response", Problem.of(502, "error-response", "The function answered with an error.", name), result, ids);
      case BAD_RESPONSE -> failed("bad_response", Problem.of(502, "bad-response", "The function's answer is not valid.", name), result, ids);
      case ABORTED -> failed("aborted", Problem.of(502, "aborted", "The function gave up its answer.", name), result, ids);
      case SILENT -> failed("silent", Problem.of(504, "silent", "The function was silent for too long.", name), result, ids);
      case CLIENT_GONE -> failed("client_gone", Problem.of(502, "client-gone", "Nobody waits for this answer.", name), result, ids);
      case QUEUE_FULL -> refused("queue_full", Problem.of(503, "queue-full", "Too many requests wait for this function.", name), SOON, ids);
      case QUEUE_TIMEOUT -> refused("queue_timeout", Problem.of(503, "queue-timeout", "No machine came free in time.", name), SOON, ids);
      case CIRCUIT_OPEN -> refused("circuit_open",
          Problem.of(503, "circuit-open", "The function could not be started, or crashed, again and again; it is tried again in a moment.", name), SOON, ids);
      case STOPPING -> refused("stopping", Problem.of(503, "stopping", "The gateway is stopping.", name), LATER, ids);
    };
  }

  private static FunctionAnswer failed(String failure, Problem problem, Result result, RequestIds ids) {
    return failed(failure, problem, result.detail(), ids);
  }

  private static FunctionAnswer failed(String failure, Problem problem, String reason, RequestIds ids) {
    String id = ids.next();
    return new FunctionAnswer(Answer.of(problem, id), failure, null, failure + " (request " + id + "): " + reason);
  }

  private static FunctionAnswer refused(String refusal, Problem problem, String retryAfter, RequestIds ids) {
    return new FunctionAnswer(Answer.of(problem, ids.next()).with(RETRY_AFTER, retryAfter), null, refusal, null);
  }

  private static FunctionAnswer exited(Configuration.Function function, Result result, RequestIds ids) {
    if (result.status() != 0) {
      Problem problem = Problem.of(502, "exit", "The function ended with a status other than 0.", function.name()).with("exit", result.status());
      return failed("exit", problem, "exit status " + result.status(), ids);
    }
    if (function.handler() != Configuration.Handler.WAGI) {
      Buffer output = result.output();
      return new FunctionAnswer(new Answer(200, output).with(HttpHeaders.CONTENT_TYPE, isText(output) ? TEXT : BINARY), null, null, null);
    }
    try {
      CgiResponse response = CgiResponse.parse(result.output());
      Answer answer = new Answer(response.status(), response.body());
      response.headers().forEach(h -> answer.with(h.getKey(), h.getValue()));
      return new FunctionAnswer(answer, null, null, null);
    } catch (CgiResponse.Malformed e) {
      Problem problem = Problem.of(502, "malformed", "The function's output is no CGI response.", function.name());
      return failed("malformed", problem, e.getMessage(), ids);
    }
  }

  /** UTF-8 without a NUL, as far as is looked. */
  static boolean isText(Buffer output) {
    int end = Math.min(output.length(), LOOKED_AT);
    for (int i = 0; i < end; ) {
      byte b = output.getByte(i);
      int more = b > 0 ? 0 : b == 0 ? -1 : (b & 0xe0) == 0xc0 && (b & 0x1f) > 1 ? 1 : (b & 0xf0) == 0xe0 ? 2 : (b & 0xf8) == 0xf0 && b <= (byte) 0xf4 ? 3 : -1;
      if (more < 0 || i + more >= end && end == output.length()) {
        return false;
      }
      for (int k = 1; k <= more && i + k < end; k++) {
        if ((output.getByte(i + k) & 0xc0) != 0x80) {
          return false;
        }
      }
      i += more + 1;
    }
    return true;
  }
}
