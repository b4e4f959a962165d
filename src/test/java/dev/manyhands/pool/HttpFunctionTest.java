package dev.manyhands.pool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.manyhands.job.Call;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.HttpBody;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.Timeouts;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// HTTP functions on a virtual pool against a real server of this machine.
class HttpFunctionTest {
  private static final JobId JOB = new JobId("job_01ARZ3NDEKTSV4RRFFQ69G5FAV");
  private static final Set<Integer> ERRORS = Set.of(4, 5);

  private final ExecutorService serverThreads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch release = new CountDownLatch(1);
  private final Queue<String> heard = new ConcurrentLinkedQueue<>();
  private final Watchdog watchdog = new Watchdog();
  private final HttpCalls http = WaysOut.loopback();
  private final VirtualPool pool =
      new VirtualPool(
          "virtual",
          4,
          new JavaPool.Shared(
              new Functions(List.of()),
              ThreadSettings.DEFAULT,
              watchdog,
              InstantSource.system(),
              http));
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(serverThreads);
    server.start();
  }

  @AfterEach
  void stop() {
    release.countDown();
    pool.close();
    watchdog.close();
    http.outbound().close();
    server.stop(0);
    serverThreads.shutdownNow();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private Function.Http get(String url) {
    return new Function.Http("GET", url, Map.of(), null, ERRORS);
  }

  private HeardSink run(Function function, String... inputs) throws InterruptedException {
    HeardSink sink = new HeardSink();
    assertThat(pool.offer(chunk(function, null, inputs), sink)).isTrue();
    return sink.awaitEnd();
  }

  private static Chunk chunk(Function function, @Nullable Duration timeout, String... inputs) {
    JsonLines lines = JsonLines.of(String.join("\n", inputs) + "\n");
    Call call = new Call(JOB, "admin", function, Timeouts.of(timeout));
    return new Chunk(1, call, 1, 7, inputs.length, () -> lines);
  }

  private static HttpHandler answering(int status, String type, byte[] body) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    };
  }

  private void hear(HttpExchange exchange) throws IOException {
    heard.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getFirst("X-A")
            + " "
            + exchange.getRequestHeaders().getFirst("Idempotency-Key")
            + " "
            + exchange.getRequestHeaders().getFirst("Content-Type")
            + " "
            + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    answering(204, "text/plain", new byte[0]).handle(exchange);
  }

  @Test
  void inputsFillUrlHeadersAndBody() throws Exception {
    server.createContext("/", this::hear);
    Map<String, String> headers = Map.of("X-A", "<{/a}>");

    run(
        new Function.Http(
            "POST",
            url("/p/{/a}?q={}"),
            headers,
            new HttpBody("{\"in\":\"{}\",\"n\":[\"{/n}\",\"no {/a}\"],\"{}\":{},\"d\":1.50}", true),
            ERRORS),
        "{\"a\":\"x /&~\",\"n\":1e400}");

    assertThat(heard)
        .containsExactly(
            "POST /p/x%20%2F%26~?q=%7B%22a%22%3A%22x%20%2F%26~%22%2C%22n%22%3A1e400%7D <x /&~> "
                + JOB.text()
                + "/7 application/json {\"in\":{\"a\":\"x /&~\",\"n\":1e400},"
                + "\"n\":[1E+400,\"no x /&~\"],\"{}\":{},\"d\":1.50}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json                  | {"q": "a&b \\""}
          text/plain; charset=utf-8         | {"q": a&b "}
          application/x-www-form-urlencoded | {"q": a%26b%20%22}
          """)
  void aTextBodyTakesTheInputAsItsTypeSays(String type, String body) throws Exception {
    server.createContext("/", this::hear);

    run(
        new Function.Http(
            "PUT",
            url("/"),
            Map.of("content-type", type),
            new HttpBody("{\"q\": {}}", false),
            ERRORS),
        "\"a&b \\\"\"");

    assertThat(heard).containsExactly("PUT / null null " + type + " " + body);
  }

  @Test
  void inputsMayBeWholeUrls() throws Exception {
    server.createContext("/", this::hear);

    HeardSink sink =
        run(get("{}"), '"' + url("/a?b=c") + '"', "\"ftp://127.0.0.1/\"", "\"http://10.0.0.1/\"");

    assertThat(heard).containsExactly("GET /a?b=c null null null ");
    assertThat(sink.error(8).type()).isEqualTo("invalid_request");
    assertThat(sink.error(9).type()).isEqualTo("refused_address");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          application/json         | { "a": 1.50,\\n "b": 12345678901234567890 } | { "a": 1.50,  "b": 12345678901234567890 }
          application/problem+json | [1]        | [1]
          application/json         | [1         | "[1"
          application/json         | 1\\n2      | "1\\n2"
          text/html                | [1]        | "[1]"
          text/plain               | é          | "é"
          """)
  void theBodyIsJsonIfItSaysSoAndIs(String type, String body, String value) throws Exception {
    byte[] bytes = body.replace("\\n", "\n").getBytes(UTF_8);
    server.createContext("/", answering(200, type, bytes));

    HeardSink sink = run(get(url("/")), "1");

    assertThat(sink.values.get(7))
        .startsWith(
            "{\"status\":200,\"headers\":{\"content-length\":\""
                + bytes.length
                + "\",\"content-type\":\""
                + type
                + "\",\"date\":")
        .endsWith("},\"body\":" + value + "}");
  }

  @Test
  void whatIsNoTextIsBase64() throws Exception {
    byte[] bytes = {(byte) 0xff, 0};
    server.createContext("/", answering(200, "image/x", bytes));
    server.createContext("/latin", answering(200, "text/plain; charset=ISO-8859-1", bytes));

    assertThat(run(get(url("/")), "1").values.get(7))
        .endsWith(",\"encoding\":\"base64\",\"body\":\"/wA=\"}");
    assertThat(run(get(url("/latin")), "1").values.get(7)).endsWith(",\"body\":\"ÿ\\u0000\"}");
  }

  @Test
  void aStatusFailsTheTaskOrNotAsTheFunctionSays() throws Exception {
    server.createContext("/", answering(503, "text/plain", "later".getBytes(UTF_8)));

    TaskError error = run(get(url("/")), "1").error(7);
    assertThat(error.kind()).isEqualTo("http");
    assertThat(error.type()).isEqualTo("status");
    assertThat(error.response()).isEqualTo(new TaskError.Response(503, "later"));

    Function tolerant = new Function.Http("GET", url("/"), Map.of(), null, Set.of(4));
    assertThat(run(tolerant, "1").values.get(7)).startsWith("{\"status\":503,");
  }

  @Test
  void anInputThatWouldBreakAHeaderFailsItsTaskOnly() throws Exception {
    server.createContext("/", this::hear);
    Function function = new Function.Http("GET", url("/"), Map.of("X-A", "{/h}"), null, ERRORS);

    HeardSink sink = run(function, "{\"h\":\"a\\r\\nX-B: c\"}", "{}", "{\"h\":\"fine\"}");

    assertThat(sink.error(7).type()).isEqualTo("invalid_request");
    assertThat(sink.error(7).message()).contains("U+000D");
    assertThat(sink.error(8).message())
        .isEqualTo("expected an input with something at /h, got one without");
    assertThat(heard).containsExactly("GET / fine null null ");
  }

  @Test
  void aBodyBeyondTheBoundFailsTheTask() throws Exception {
    server.createContext(
        "/", answering(200, "text/plain", new byte[http.settings().maxResponseBytes() + 1]));

    TaskError error = run(get(url("/")), "1").error(7);

    assertThat(error.kind()).isEqualTo("limit");
    assertThat(error.type()).isEqualTo("ResponseLimit");
    assertThat(error.message())
        .isEqualTo(
            "expected a body of at most 1048576 bytes (manyhands.http.max-response), got more");
  }

  @Test
  void theTimeoutOfTheTaskEndsTheRequest() throws Exception {
    CountDownLatch cutOff = new CountDownLatch(1);
    server.createContext("/", exchange -> hang(exchange, cutOff));
    HeardSink sink = new HeardSink();

    // Long enough for the request to be under way on a machine that is busy.
    pool.offer(chunk(get(url("/")), Duration.ofSeconds(10), "1"), sink);

    assertThat(sink.awaitEnd().outcome(7)).isEqualTo(Outcome.TIMED_OUT);
    Wait.until(cutOff, "the server sees that nobody waits any more");
  }

  @Test
  void aCancelEndsTheRequest() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch cutOff = new CountDownLatch(1);
    server.createContext(
        "/",
        exchange -> {
          arrived.countDown();
          hang(exchange, cutOff);
        });
    HeardSink sink = new HeardSink();
    pool.offer(chunk(get(url("/")), null, "1", "2"), sink);
    Wait.until(arrived, "the request is there");

    pool.cancel(1);

    assertThat(sink.awaitEnd().outcome(7)).isEqualTo(Outcome.CANCELLED);
    assertThat(sink.answered()).isEqualTo("7");
    Wait.until(cutOff, "the server sees that nobody waits any more");
  }

  /// Sends until the other side is gone, and never as much as a body may have.
  private void hang(HttpExchange exchange, CountDownLatch cutOff) throws IOException {
    try {
      exchange.sendResponseHeaders(200, 0);
      while (!release.await(1, TimeUnit.MILLISECONDS)) {
        exchange.getResponseBody().write(' ');
        exchange.getResponseBody().flush();
      }
    } catch (IOException gone) {
      cutOff.countDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }
}
