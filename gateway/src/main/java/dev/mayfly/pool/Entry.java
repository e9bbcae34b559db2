package dev.mayfly.pool;

import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Message;
import dev.mayfly.vm.Streams;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Several requests that go into a machine together, as the streams of that entry: what the program writes belongs to the request that it is at, and {@link Message#ANSWERED} leads to the next. Those that it has not
 * come to when it stops for anything but its end are given back ({@link Run#giveBack}). Machine's thread only, after it was made.
 */
final class Entry implements Streams {
  private final ArrayDeque<Run> following;
  private Run current;
  /** It has answered its last request, though it knew of another when it took it up. */
  private boolean over;

  Entry(Run first, List<Run> followers) {
    current = first;
    following = new ArrayDeque<>(followers);
  }

  /** The request that the program is at. */
  Run current() {
    return current;
  }

  List<HandOver> followers() {
    return following.stream().map(Run::request).toList();
  }

  /** Those that have not begun are not in the machine any more. The last first, so that whoever puts each before all others has them in their order. */
  void giveBack() {
    while (!following.isEmpty()) {
      following.pollLast().giveBack();
    }
  }

  @Override
  public boolean record(int kind, ByteBuffer bytes) {
    if (kind != Message.ANSWERED) {
      return current.streams().record(kind, bytes);
    }
    if (over) {
      throw new Message.Malformed("a request was answered twice");
    }
    over = following.isEmpty();
    if (!over) {
      Run answered = current;
      current = following.poll();
      answered.isAnswered();
      current.takeUp();
    }
    return true;
  }

  @Override
  public void handOn() {
    giveBack();
    current.streams().handOn();
  }

  @Override
  public int read(ByteBuffer into) {
    return current.streams().read(into);
  }

  @Override
  public boolean atEnd() {
    return current.streams().atEnd();
  }

  @Override
  public boolean output(ByteBuffer bytes) {
    return current.streams().output(bytes);
  }

  @Override
  public boolean error(ByteBuffer bytes) {
    return current.streams().error(bytes);
  }

  @Override
  public boolean interactive() {
    return current.streams().interactive();
  }

  @Override
  public boolean terminal(int stream) {
    return current.streams().terminal(stream);
  }

  @Override
  public boolean paused() {
    return current.streams().paused();
  }

  @Override
  public boolean ready() {
    return current.streams().ready();
  }

  @Override
  public void memoryRefused(int times) {
    current.streams().memoryRefused(times);
  }
}
