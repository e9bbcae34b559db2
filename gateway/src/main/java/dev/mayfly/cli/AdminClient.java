package dev.mayfly.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/**
 * Talks to a gateway's admin port.
 *
 * @param base without a slash at its end
 */
record AdminClient(URI base) {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  /** Longer than an evicted function's requests may take by default, its queue included. */
  private static final Duration ANSWER = Duration.ofSeconds(60);

  /** What came back. */
  record Answer(int status, String body) {}

  /** No answer; the message says which gateway, and what to do. */
  static final class NoAnswer extends Exception {
    private static final long serialVersionUID = 1;

    NoAnswer(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * For a URL as people write it: without a scheme it is http's.
   *
   * @throws IllegalArgumentException it is none
   */
  static AdminClient at(String url) {
    URI uri = URI.create((url.contains("://") ? url : "http://" + url).replaceFirst("/+$", ""));
    if (uri.getHost() == null || !uri.getScheme().matches("https?")) {
      throw new IllegalArgumentException("\"" + url + "\" is not the URL of an admin port; write it like http://127.0.0.1:9090");
    }
    return new AdminClient(uri);
  }

  Answer get(String path) throws NoAnswer, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(base + path)).GET());
  }

  Answer post(String path) throws NoAnswer, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(base + path)).POST(HttpRequest.BodyPublishers.noBody()));
  }

  private Answer send(HttpRequest.Builder request) throws NoAnswer, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build()) {
      HttpResponse<String> response = client.send(request.timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (HttpTimeoutException e) {
      throw new NoAnswer("the gateway at " + base + " does not answer in time", e);
    } catch (IOException e) {
      throw new NoAnswer("no gateway answers at " + base + ": is it running? (--admin URL or MAYFLY_ADMIN name another admin port)", e);
    }
  }
}
