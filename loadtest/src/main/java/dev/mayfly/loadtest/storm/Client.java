package dev.mayfly.loadtest.storm;

import java.io.IOException;

/** One of many who ask at the same instant. One thread at a time. */
interface Client extends AutoCloseable {
  /** All that goes before the request: the connection. */
  void ready() throws IOException;

  /** Sends a GET, whatever that takes, and waits for the answer. */
  Reply ask(String path) throws IOException;

  @Override
  void close() throws IOException;
}
