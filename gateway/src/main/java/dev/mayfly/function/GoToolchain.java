package dev.mayfly.function;

import java.nio.charset.StandardCharsets;

/**
 * Tells modules that the Go toolchain made by their custom section {@code go:buildid}. Only notes for people depend on the answer; a module that is not
 * well formed is not one of Go's. Stateless.
 */
final class GoToolchain {
  private static final String SECTION = "go:buildid";
  private static final int HEADER = 8;
  private static final int LEB_LIMIT = 5;

  private final byte[] module;
  private int at = HEADER;

  private GoToolchain(byte[] module) {
    this.module = module;
  }

  static boolean made(byte[] module) {
    return new GoToolchain(module).search();
  }

  private boolean search() {
    while (at < module.length) {
      int id = module[at++];
      long size = number();
      long next = at + size;
      if (size < 0 || next > module.length) {
        return false;
      }
      if (id == 0 && named()) {
        return true;
      }
      at = (int) next;
    }
    return false;
  }

  private boolean named() {
    long length = number();
    return length == SECTION.length() && at + length <= module.length
        && new String(module, at, (int) length, StandardCharsets.UTF_8).equals(SECTION);
  }

  /** An unsigned LEB128 number; -1: broken off. */
  private long number() {
    long value = 0;
    for (int i = 0; i < LEB_LIMIT && at < module.length; i++) {
      byte b = module[at++];
      value |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        return value;
      }
    }
    return -1;
  }
}
