package dev.mayfly.kvm;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Random bytes for machines, drawn from the system by the block: one draw costs as much as a small function's run. Each byte is given once and then wiped here. Any thread.
 */
final class Entropy {
  private static final int BLOCK = 4096;

  private final SecureRandom random = new SecureRandom();
  private final byte[] block = new byte[BLOCK];
  private int given = BLOCK;

  /** So many fresh bytes, at most {@value #BLOCK}. */
  synchronized byte[] next(int count) {
    if (BLOCK - given < count) {
      random.nextBytes(block);
      given = 0;
    }
    byte[] bytes = Arrays.copyOfRange(block, given, given + count);
    Arrays.fill(block, given, given + count, (byte) 0);
    given += count;
    return bytes;
  }
}
