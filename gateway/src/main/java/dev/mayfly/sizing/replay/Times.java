package dev.mayfly.sizing.replay;

/** Times in seconds without boxes, for a trace has a hundred million: a heap, which gives the earliest first, or a row from which either end is taken. Not thread-safe. */
final class Times {
  private double[] times = new double[8];
  private int first;
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** As a heap. */
  void push(double time) {
    room();
    int at = size++;
    while (at > 0 && times[(at - 1) / 2] > time) {
      times[at] = times[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    times[at] = time;
  }

  /** As a heap: takes the earliest. */
  void pop() {
    double moved = times[--size];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && times[child + 1] < times[child]) {
        child++;
      }
      if (times[child] >= moved) {
        break;
      }
      times[at] = times[child];
      at = child;
    }
    times[at] = moved;
  }

  /** As a row: the latest comes last. */
  void add(double time) {
    room();
    times[first + size++] = time;
  }

  /** The earliest, of either. */
  double peek() {
    return times[first];
  }

  void removeFirst() {
    first++;
    size--;
  }

  void removeLast() {
    size--;
  }

  private void room() {
    if (first + size < times.length) {
      return;
    }
    double[] to = first > times.length / 2 ? times : new double[Math.max(8, 2 * size)];
    System.arraycopy(times, first, to, 0, size);
    times = to;
    first = 0;
  }
}
