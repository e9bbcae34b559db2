package dev.mayfly.loadtest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** What a port of this machine answers to a question that is not measured. */
record Page(int status, String body) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  static Page get(HttpClient client, int port, String path) throws IOException, InterruptedException {
    var answer = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(PATIENCE).build(), BodyHandlers.ofString());
    return new Page(answer.statusCode(), answer.body());
  }

  static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }
}
