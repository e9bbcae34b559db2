package dev.mayfly.loadtest.send;

import dev.mayfly.loadtest.measure.Cause;
import dev.mayfly.loadtest.measure.Stages;
import dev.mayfly.loadtest.measure.Start;
import dev.mayfly.loadtest.plan.Expectation;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;

/**
 * One request from its arrival to its end, and what is known of its answer. Ends exactly once, by {@link #end}. Belongs to a lane's thread; times
 * are of {@link System#nanoTime}.
 */
final class Exchange {
  /** What the answer is for. */
  interface Ended {
    /** @param cause null: a good answer */
    void ended(Exchange exchange, Cause cause, String example);
  }

  final Request request;
  final int call;
  final long intended;
  final boolean late;
  private final Ended ended;
  long sent;
  long done;
  int status;
  Start start = Start.NONE;
  Stages stages = Stages.NONE;
  long bytes;
  private ByteArrayOutputStream body;
  private boolean over;

  /**
   * @param call index into the plan's calls; -1: not one of them
   * @param late whether the sender took it up too late
   */
  Exchange(Request request, int call, long intended, boolean late, Ended ended) {
    this.request = request;
    this.call = call;
    this.intended = intended;
    this.late = late;
    this.ended = ended;
  }

  void content(ByteBuf content) {
    bytes += content.readableBytes();
    if (request.expectation().readsBody()) {
      body = body == null ? new ByteArrayOutputStream(1024) : body;
      byte[] copy = new byte[content.readableBytes()];
      content.getBytes(content.readerIndex(), copy);
      body.writeBytes(copy);
    }
  }

  /** The whole answer is there: judges it. */
  void complete() {
    Expectation expected = request.expectation();
    if (!expected.allows(status)) {
      end(Cause.STATUS, "status " + status);
    } else if (expected.start().filter(s -> !s.equalsIgnoreCase(start.name())).isPresent()) {
      end(Cause.BODY, "a " + start.name().toLowerCase(java.util.Locale.ROOT) + " start where " + expected.start().get() + " was expected");
    } else if (expected.readsBody() && !matches(expected)) {
      end(Cause.BODY, "body " + excerpt());
    } else {
      end(null, "");
    }
  }

  void end(Cause cause, String example) {
    if (!over) {
      over = true;
      ended.ended(this, cause, example);
    }
  }

  private boolean matches(Expectation expected) {
    String text = body();
    return expected.body().map(text::equals).orElse(true) && expected.contains().map(text::contains).orElse(true);
  }

  private String body() {
    return body == null ? "" : body.toString(java.nio.charset.StandardCharsets.UTF_8);
  }

  private String excerpt() {
    String text = body().replaceAll("\\s+", " ").strip();
    return text.length() > 80 ? "\"" + text.substring(0, 80) + "...\"" : "\"" + text + "\"";
  }
}
