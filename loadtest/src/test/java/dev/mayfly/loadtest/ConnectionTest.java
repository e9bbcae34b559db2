package dev.mayfly.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConnectionTest {
  @Test
  void readsAnAnswerThatComesInPieces() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); Connection connection = new Connection(server.getLocalPort())) {
      Thread.ofPlatform().start(() -> serve(server, "HTTP/1.1 200 OK\r\ncontent-le", "ngth: 5\r\nX-Mayfly-Start: cold\r\n\r", "\nhe", "llo"));
      Answer answer = connection.get("/");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("hello");
      assertThat(answer.start()).isEqualTo("cold");
      assertThat(answer.nanos()).isPositive();
    }
  }

  @Test
  void takesNoContentWithoutALength() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); Connection connection = new Connection(server.getLocalPort())) {
      Thread.ofPlatform().start(() -> serve(server, "HTTP/1.1 204 No Content\r\n\r\n"));
      assertThat(connection.post("/functions/a/evict").status()).isEqualTo(204);
    }
  }

  @Test
  void refusesAnAnswerWhoseEndItCannotKnow() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); Connection connection = new Connection(server.getLocalPort())) {
      Thread.ofPlatform().start(() -> serve(server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
      assertThatThrownBy(() -> connection.get("/x")).isInstanceOf(IOException.class).hasMessageContaining("GET /x has no Content-Length");
    }
  }

  private static void serve(ServerSocket server, String... pieces) {
    try (Socket socket = server.accept()) {
      socket.setTcpNoDelay(true);
      socket.getInputStream().read(new byte[1024]);
      for (String piece : pieces) {
        socket.getOutputStream().write(piece.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
      }
      socket.getInputStream().read(new byte[1]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
