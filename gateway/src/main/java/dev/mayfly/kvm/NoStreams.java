package dev.mayfly.kvm;

import dev.mayfly.vm.Streams;
import java.nio.ByteBuffer;

/** For runs of the unikernel's own routines, which read and write nothing: output is refused, so that it shows. */
enum NoStreams implements Streams {
  INSTANCE;

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
    return false;
  }

  @Override
  public boolean error(ByteBuffer bytes) {
    return false;
  }
}
