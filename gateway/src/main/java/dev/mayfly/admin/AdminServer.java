package dev.mayfly.admin;

import dev.mayfly.config.Configuration.Address;
import dev.mayfly.http.PortTaken;
import dev.mayfly.http.Problem;
import dev.mayfly.http.RequestIds;
import dev.mayfly.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The admin port's server. Any thread may call it; {@link #start} once. It can listen before the functions are there. */
public final class AdminServer {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final int IDLE_SECONDS = 120;

  private final Administration administration;
  private final RequestIds ids = new RequestIds();
  private final HttpServer server;

  /** @param functions those that there are when it is asked */
  public AdminServer(Vertx vertx, Readiness readiness, Supplier<? extends Collection<AdminFunction>> functions, Pools pools, Metrics metrics) {
    administration = new Administration(readiness, functions, pools, metrics);
    server = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false).setIdleTimeout(IDLE_SECONDS)).requestHandler(router(vertx));
  }

  /** Fails with {@link PortTaken}. */
  public Future<Void> start(Address address) {
    return server.listen(address.port(), address.host()).<Void>mapEmpty()
        .recover(failure -> Future.failedFuture(PortTaken.explain("admin", address, failure)));
  }

  /** The port it listens on. */
  public int actualPort() {
    return server.actualPort();
  }

  /** Twice is fine. */
  public Future<Void> stop() {
    return server.close();
  }

  private Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    get(router, "/health/live", context -> new Action.Live());
    get(router, "/health", context -> new Action.Ready());
    get(router, "/health/ready", context -> new Action.Ready());
    get(router, "/metrics", context -> new Action.ShowMetrics());
    get(router, "/functions", context -> new Action.ListFunctions());
    get(router, "/pools", context -> new Action.ListPools());
    get(router, "/pools/:name", context -> new Action.ExplainPool(context.pathParam("name")));
    post(router, "/functions/:name/evict", context -> new Action.Evict(context.pathParam("name")));
    router.route().handler(context -> fail(context, Problem.of(404, "Here are /health, /health/live, /health/ready, /metrics, /functions, /functions/NAME/evict, /pools and /pools/NAME.")));
    router.route().failureHandler(context -> {
      int status = context.statusCode() >= 400 && context.statusCode() < 500 ? context.statusCode() : 500;
      if (status == 500) {
        LOG.error("{} {} failed", context.request().method(), context.request().path(), context.failure());
      }
      fail(context, Problem.of(status, status == 500 ? "The gateway failed; its log says why." : "The request is not well-formed."));
    });
    return router;
  }

  private void get(Router router, String path, Function<RoutingContext, Action> action) {
    route(router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD), action);
    refuseOthers(router, path, "GET, HEAD");
  }

  /** A change. A browser that visits another site says so in Origin, and must not reach it. */
  private void post(Router router, String path, Function<RoutingContext, Action> action) {
    router.post(path).handler(context -> {
      if (context.request().headers().contains(HttpHeaders.ORIGIN)) {
        fail(context, Problem.of(403, "Requests of web pages are not taken."));
      } else {
        context.next();
      }
    });
    route(router.post(path), action);
    refuseOthers(router, path, "POST");
  }

  private void route(Route route, Function<RoutingContext, Action> action) {
    route.handler(context -> perform(context.vertx(), action.apply(context)).onComplete(done -> {
      if (done.succeeded()) {
        answer(context, done.result());
      } else {
        context.fail(done.cause());
      }
    }));
  }

  /** With thousands of functions a scrape takes tens of milliseconds, which the loop owes to requests; health is answered even if all workers are busy. */
  private Future<Reply> perform(Vertx vertx, Action action) {
    return action instanceof Action.Live || action instanceof Action.Ready ? administration.perform(action)
        : vertx.executeBlocking(() -> administration.perform(action), false).compose(reply -> reply);
  }

  private void refuseOthers(Router router, String path, String allowed) {
    router.route(path).handler(context -> {
      context.response().putHeader(HttpHeaders.ALLOW, allowed);
      fail(context, Problem.of(405, "This method is not allowed here."));
    });
  }

  private void answer(RoutingContext context, Reply reply) {
    switch (reply) {
      case Reply.Done done -> context.response().setStatusCode(204).end();
      case Reply.Document document -> send(context, document.status(), "application/json", document.json().toBuffer());
      case Reply.Documents documents -> send(context, 200, "application/json", documents.json().toBuffer());
      case Reply.Text text -> send(context, 200, PROMETHEUS, Buffer.buffer(text.text()));
      case Reply.Failed failed -> fail(context, failed.problem());
    }
  }

  private void fail(RoutingContext context, Problem problem) {
    send(context, problem.status(), Problem.MEDIA_TYPE, problem.document(ids.next()));
  }

  private static void send(RoutingContext context, int status, String type, Buffer body) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type).putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    if (context.request().method() == HttpMethod.HEAD) {
      response.end();
    } else {
      response.end(body);
    }
  }
}
