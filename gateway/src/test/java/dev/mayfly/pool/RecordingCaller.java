package dev.mayfly.pool;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client's side that keeps what it hears. */
final class RecordingCaller implements HttpCaller {
  final BlockingQueue<HttpPart> parts = new LinkedBlockingQueue<>();
  final AtomicInteger wanted = new AtomicInteger();
  volatile boolean behind;

  @Override
  public void wantBody(int pieces) {
    wanted.addAndGet(pieces);
  }

  @Override
  public boolean take(HttpPart part) {
    parts.add(part);
    return behind;
  }

  HttpPart part() throws InterruptedException {
    HttpPart part = parts.poll(20, TimeUnit.SECONDS);
    if (part == null) {
      throw new AssertionError("nothing came");
    }
    return part;
  }

  /** All up to the last as one. */
  HttpPart whole() throws InterruptedException {
    HttpHead head = null;
    Buffer body = Buffer.buffer();
    while (true) {
      HttpPart part = part();
      head = part.head() != null ? part.head() : head;
      body.appendBuffer(part.body());
      if (part.last()) {
        return new HttpPart(head, body, part.trailers(), part.failure());
      }
    }
  }
}
