package dev.mayfly.loadtest.storm;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Many clients, each with one request; all are ready before the first asks.
 *
 * @param asked a path for each
 * @param clients makes one
 */
record Storm(String name, List<Asked> asked, Supplier<Client> clients) {
  /** @param expected what the answer's body is to hold, so that nobody has another's */
  record Asked(String path, String expected) {}

  /**
   * What came of it.
   *
   * @param good answers with 200 and the right body
   * @param others what came in their stead, and how often
   * @param nanos of the good ones, from the first octet of the request to the last of the answer
   */
  record Result(int good, int cold, Map<String, Integer> others, Histogram nanos) {}

  /** Lets it loose; returns when every client has its answer or has given up. */
  Result rage() throws InterruptedException {
    ConcurrentHistogram nanos = new ConcurrentHistogram(3);
    ConcurrentLinkedQueue<Reply> good = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> others = new ConcurrentLinkedQueue<>();
    CountDownLatch ready = new CountDownLatch(asked.size());
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      asked.forEach(one -> threads.submit(() -> {
        try (Client client = clients.get()) {
          try {
            client.ready();
          } finally {
            ready.countDown();
          }
          go.await();
          long begun = System.nanoTime();
          Reply reply = client.ask(one.path());
          nanos.recordValue(System.nanoTime() - begun);
          if (reply.status() == 200 && reply.text().contains(one.expected())) {
            good.add(reply);
          } else {
            others.add(reply.status() == 200 ? "another's answer" : Integer.toString(reply.status()));
          }
        } catch (IOException | InterruptedException | RuntimeException e) {
          others.add(String.valueOf(e.getMessage()));
        }
      }));
      ready.await();
      go.countDown();
    }
    Map<String, Integer> counted = new TreeMap<>();
    others.forEach(other -> counted.merge(other, 1, Integer::sum));
    return new Result(good.size(), (int) good.stream().filter(Reply::cold).count(), counted, nanos);
  }
}
