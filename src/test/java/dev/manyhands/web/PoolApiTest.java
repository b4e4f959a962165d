package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/// A pool that is made larger and smaller while tasks run in it. They are requests to a server that
/// answers when the test says so.
@ExtendWith(ApiExtension.class)
class PoolApiTest {
  private final Api api;
  private final HeldServer server = new HeldServer();

  PoolApiTest(Api api) throws IOException {
    this.api = api;
  }

  @AfterEach
  void asItWas() throws Exception {
    resize(1);
    server.close();
  }

  @Test
  void aLargerPoolRunsMoreAtOnceAndASmallerOneLessAndNoTaskIsLost() throws Exception {
    String job =
        api.submit(
            "{\"function\":{\"type\":\"http\",\"url\":\""
                + server.url()
                + "\"},\"pool\":\"solo\",\"chunkSize\":1,\"inputs\":[0,1,2,3,4,5,6]}");
    server.awaitArrived(1);
    awaitPool(1, 1, 6);

    assertThat(resize(3).get("workers").intValue()).isEqualTo(3);
    server.awaitArrived(3);
    awaitPool(3, 3, 4);

    assertThat(resize(1).get("workers").intValue()).isEqualTo(1);
    awaitPool(1, 3, 4);
    server.answer(3);
    for (int arrived = 4; arrived <= 7; arrived++) {
      server.awaitArrived(arrived);
      assertThat(server.inside()).as("tasks that run in a pool of one").isEqualTo(1);
      awaitPool(1, 1, 7 - arrived);
      server.answer(1);
    }

    JsonNode ended = api.ended(job);
    assertThat(ended.get("state").stringValue()).isEqualTo("succeeded");
    assertThat(ended.at("/counts/succeeded").intValue()).isEqualTo(7);
    assertThat(api.get(job + "/results?view=values").body().split("\"status\":200", -1)).hasSize(8);
    assertThat(server.arrived()).as("no task ran twice").isEqualTo(7);
  }

  private JsonNode resize(int workers) throws Exception {
    HttpResponse<String> answer =
        api.send(
            api.to("/v1/pools/solo")
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"workers\":" + workers + "}")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Api.json(answer);
  }

  private void awaitPool(int workers, int busy, int waiting) {
    String figures =
        "\"workers\":" + workers + ",\"busy\":" + busy + ",\"waiting\":" + waiting + ",";
    Wait.untilSeen("the pool has " + figures, () -> pools().contains("\"virtual\"," + figures));
  }

  private String pools() {
    try {
      return api.get("/v1/pools").body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Counts who asks, and answers as many as it is told to.
  private static final class HeldServer implements AutoCloseable {
    private final HttpServer server;

    @GuardedBy("this")
    private int arrived;

    @GuardedBy("this")
    private int answered;

    @GuardedBy("this")
    private int allowed;

    HeldServer() throws IOException {
      server = HttpServer.create(new InetSocketAddress(Api.reachable(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", this::hold);
      server.start();
    }

    private void hold(HttpExchange exchange) throws IOException {
      synchronized (this) {
        arrived++;
        notifyAll();
        Wait.until(this, "an answer is allowed", () -> mayAnswer());
        answered++;
      }
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    }

    private synchronized boolean mayAnswer() {
      return answered < allowed;
    }

    String url() {
      return "http://127.0.0.2:" + server.getAddress().getPort() + "/{}";
    }

    synchronized void answer(int more) {
      allowed += more;
      notifyAll();
    }

    void awaitArrived(int count) {
      Wait.until(this, count + " requests came", () -> arrived() >= count);
    }

    synchronized int arrived() {
      return arrived;
    }

    /// Who came and has no answer yet.
    synchronized int inside() {
      return arrived - answered;
    }

    @Override
    public void close() {
      answer(1000);
      server.stop(0);
    }
  }
}
