package dev.mayfly.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.outbound.Outbound;
import dev.mayfly.vm.HandOver;
import dev.mayfly.vm.Message;
import dev.mayfly.vm.MessageReader;
import dev.mayfly.vm.MessageWriter;
import dev.mayfly.vm.Outcome;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Components that call a server, over machines without a guest. */
@Timeout(60)
class OutgoingTest {
  private static final long HALF_SECOND = 500;
  private final Vertx vertx = Vertx.vertx();
  private ComponentPool pool;
  private int port;

  @AfterEach
  void close() throws Exception {
    pool.close();
    vertx.close().await();
    assertThat(pool.wrong()).isEmpty();
    assertThat(pool.memory.used()).isZero();
  }

  private Outcome caller(ComponentScript guest) {
    if (guest.entry == 1) {
      MessageWriter call = new MessageWriter(Message.CALL).u32(1).u32(0).u32(0).u32(0).u32(0).u32(0).u32(0);
      guest.record(call.list(List.of("GET", "http", "127.0.0.1:" + port, "/")).list(List.of()));
      guest.record(new MessageWriter(Message.CALL_END).u32(1).list(List.of()));
      return null;
    }
    for (ComponentScript.Given given : guest.read()) {
      MessageReader in = given.reader();
      in.u32();
      if (given.kind() == Message.CALL_ERROR) {
        guest.head(500).body(in.string()).end();
      } else {
        guest.head(in.u16()).end();
      }
      return ComponentScript.EXITED;
    }
    return null;
  }

  private List<HttpPart> ask(int requests, Outgoing outgoing) throws InterruptedException {
    pool = new ComponentPool(this::caller);
    pool.concurrency = requests;
    pool.outside = new Outside(outgoing, Services.NONE);
    FunctionPool functions = pool.start(vertx);
    List<RecordingCaller> callers = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      RecordingCaller one = new RecordingCaller();
      callers.add(one);
      functions.serve(new HttpInvocation(HandOver.EMPTY, false, one));
    }
    List<HttpPart> answers = new ArrayList<>();
    for (RecordingCaller one : callers) {
      answers.add(one.whole());
    }
    return answers;
  }

  @Test
  void fiveHundredThatWaitForASlowServerWaitTogetherAndHoldNoThread() throws Exception {
    port = vertx.createHttpServer().requestHandler(r -> vertx.setTimer(HALF_SECOND, x -> r.response().setStatusCode(204).end())).listen(0, "127.0.0.1")
        .await().actualPort();
    List<HttpPart> answers = ask(500, new Outbound(vertx).to(List.of("http://127.0.0.1:" + port)));
    assertThat(answers).allMatch(a -> a.failure() == null && a.head().status() == 204);
    assertThat(pool.engine.threads).hasSizeLessThanOrEqualTo(2);
    assertThat(pool.made()).isLessThanOrEqualTo(500);
  }

  @Test
  void aFunctionWithoutAListMayCallNobody() throws Exception {
    assertThat(ask(1, Outgoing.NONE).getFirst().body()).hasToString("HTTP-request-denied");
  }
}
