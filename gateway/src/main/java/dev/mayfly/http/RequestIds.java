package dev.mayfly.http;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Names for requests that went wrong, by which a problem document and the log find each other. Thread-safe. */
public final class RequestIds {
  private final String process = String.format("%08x", new SecureRandom().nextInt());
  private final AtomicLong next = new AtomicLong();

  public String next() {
    return process + "-" + next.incrementAndGet();
  }
}
