package dev.mayfly.trace;

import java.io.Closeable;
import java.util.Iterator;

/** Invocations in order of time, read as they are asked for. One thread at a time. Closing it closes the file it reads; it may be closed twice. */
public interface Arrivals extends Iterator<Arrival>, Closeable {
  @Override
  void close();
}
