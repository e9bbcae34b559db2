package dev.mayfly.vm;

import java.nio.ByteBuffer;

/** Streams of a run that has no request: there is no input. Any thread. */
public enum NoStreams implements Streams {
  /** Output is refused, so that it shows: nothing of the run has a reason to write. */
  REFUSING(false),
  /** Output is dropped: a boot that was made before says what it said then. */
  DROPPING(true);

  private final boolean takes;

  NoStreams(boolean takes) {
    this.takes = takes;
  }

  @Override
  public int read(ByteBuffer into) {
    return END;
  }

  @Override
  public boolean atEnd() {
    return true;
  }

  @Override
  public boolean output(ByteBuffer bytes) {
    return takes;
  }

  @Override
  public boolean error(ByteBuffer bytes) {
    return takes;
  }
}
