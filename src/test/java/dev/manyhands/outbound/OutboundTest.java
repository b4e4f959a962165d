package dev.manyhands.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.manyhands.job.Headers;
import dev.manyhands.job.Urls;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/// The client against real servers on 127.0.0.1, and against names that change their mind.
class OutboundTest {
  private static final List<Network> LOOPBACK = List.of(Network.of("127.0.0.0/8"));

  private final ExecutorService serverThreads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch release = new CountDownLatch(1);
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
    server.stop(0);
    serverThreads.shutdownNow();
  }

  private static Outbound outbound(List<Network> allow, Lookup lookup) throws Exception {
    HttpSettings settings =
        new HttpSettings(allow, Wait.LIMIT, Wait.LIMIT, DataSize.ofMegabytes(1), 10);
    return new Outbound(settings, lookup, SSLContext.getDefault());
  }

  private static final Lookup NONE =
      host -> {
        throw new UnknownHostException(host);
      };

  private static final Lookup LITERALS = host -> new InetAddress[] {InetAddress.ofLiteral(host)};

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private static OutboundRequest get(URI url) {
    return new OutboundRequest("GET", url, Map.of(), new byte[0], Wait.LIMIT, 1000);
  }

  private static HttpHandler answering(int status, String body) {
    return exchange -> {
      exchange.getRequestBody().readAllBytes();
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    };
  }

  @Test
  void whatIsSentArrivesAndTheAnswerComesBackWhole() throws Exception {
    Deque<String> heard = new ArrayDeque<>();
    server.createContext(
        "/",
        exchange -> {
          heard.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          heard.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-A")));
          heard.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.getResponseHeaders().add("X-B", "1");
          exchange.getResponseHeaders().add("X-B", "2");
          answering(418, "tea").handle(exchange);
        });
    try (Outbound outbound = outbound(LOOPBACK, LITERALS)) {
      OutboundAnswer answer =
          outbound.send(
              new OutboundRequest(
                  "POST",
                  url("/a%20b?c=%C3%A9"),
                  Map.of("X-A", "v"),
                  "body".getBytes(UTF_8),
                  Wait.LIMIT,
                  1000));

      assertThat(heard).containsExactly("POST /a%20b?c=%C3%A9", "v", "body");
      assertThat(answer.status()).isEqualTo(418);
      assertThat(new String(answer.body(), UTF_8)).isEqualTo("tea");
      assertThat(answer.cut()).isFalse();
      assertThat(answer.headers())
          .filteredOn(h -> h.name().equalsIgnoreCase("x-b"))
          .extracting(OutboundAnswer.Header::value)
          .containsExactly("1", "2");
    }
  }

  @Test
  void aPrivateAddressIsNeverConnectedTo() throws Exception {
    AtomicInteger connected = new AtomicInteger();
    server.createContext("/", exchange -> connected.incrementAndGet());
    try (Outbound outbound = outbound(List.of(), LITERALS)) {
      assertThatThrownBy(() -> outbound.send(get(url("/"))))
          .isInstanceOfSatisfying(
              OutboundFault.class,
              f -> assertThat(f.kind()).isEqualTo(OutboundFault.Kind.REFUSED_ADDRESS))
          .hasMessageContaining("manyhands.http.allow")
          .hasMessageContaining("127.0.0.1");
      assertThat(outbound.refusal(url("/"))).isPresent();
    }
    assertThat(connected).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]:80/",
        "http://169.254.169.254/latest/meta-data",
        "http://LOCALHOST/",
        "http://a.localhost:8080/",
      })
  void aPrivateAddressIsKnownWithoutALookup(String url) throws Exception {
    try (Outbound outbound = outbound(List.of(), NONE)) {
      assertThat(outbound.refusal(Urls.parse(url))).isPresent();
    }
  }

  @Test
  void namesAndPublicAddressesAreNotRefusedWithoutALookup() throws Exception {
    try (Outbound outbound = outbound(LOOPBACK, NONE)) {
      assertThat(outbound.refusal(Urls.parse("http://10.example/"))).isEmpty();
      assertThat(outbound.refusal(Urls.parse("http://[2606:4700::1111]/"))).isEmpty();
      assertThat(outbound.refusal(Urls.parse("http://localhost/"))).isEmpty();
    }
  }

  /// The name is public when it is asked for the first time, and private at every later one. What
  /// was checked is what is connected to, so the name is asked once a connection.
  @Test
  void aNameThatTurnsPrivateIsRefusedAtItsNextConnection() throws Exception {
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Connection", "close");
          answering(200, "in").handle(exchange);
        });
    AtomicInteger asked = new AtomicInteger();
    Lookup rebinding =
        host ->
            new InetAddress[] {
              InetAddress.ofLiteral(asked.getAndIncrement() == 0 ? "127.0.0.1" : "10.0.0.1")
            };
    URI url = URI.create("http://rebind.example:" + server.getAddress().getPort() + "/");
    try (Outbound outbound = outbound(LOOPBACK, rebinding)) {
      assertThat(outbound.send(get(url)).status()).isEqualTo(200);
      assertThat(asked).hasValue(1);

      assertThatThrownBy(() -> outbound.send(get(url)))
          .isInstanceOf(OutboundFault.class)
          .hasMessageContaining("rebind.example at 10.0.0.1");
    }
  }

  @Test
  void ofSeveralAddressesOnlyTheAllowedOnesAreTried() throws Exception {
    server.createContext("/", answering(200, ""));
    Lookup mixed =
        host ->
            new InetAddress[] {
              InetAddress.ofLiteral("10.255.255.1"), InetAddress.ofLiteral("127.0.0.1")
            };
    URI url = URI.create("http://mixed.example:" + server.getAddress().getPort() + "/");
    try (Outbound outbound = outbound(LOOPBACK, mixed)) {
      assertThat(outbound.send(get(url)).status()).isEqualTo(200);
    }
  }

  @Test
  void theHostHeaderIsTheName() throws Exception {
    Deque<String> hosts = new ArrayDeque<>();
    server.createContext(
        "/",
        exchange -> {
          hosts.add(String.valueOf(exchange.getRequestHeaders().getFirst("Host")));
          answering(200, "").handle(exchange);
        });
    int port = server.getAddress().getPort();
    Lookup here = host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
    try (Outbound outbound = outbound(LOOPBACK, here)) {
      outbound.send(get(URI.create("http://some.example:" + port + "/")));
    }
    assertThat(hosts).containsExactly("some.example:" + port);
  }

  @Test
  void aRedirectIsAnAnswerAndIsNotFollowed() throws Exception {
    AtomicInteger followed = new AtomicInteger();
    server.createContext("/next", exchange -> followed.incrementAndGet());
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/next");
          answering(302, "").handle(exchange);
        });
    try (Outbound outbound = outbound(LOOPBACK, LITERALS)) {
      assertThat(outbound.send(get(url("/"))).status()).isEqualTo(302);
    }
    assertThat(followed).hasValue(0);
  }

  @Test
  void anEndlessBodyIsCutAndNotReadOn() throws Exception {
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] piece = new byte[8192];
          while (!Thread.currentThread().isInterrupted()) {
            exchange.getResponseBody().write(piece);
          }
        });
    try (Outbound outbound = outbound(LOOPBACK, LITERALS)) {
      OutboundAnswer answer = outbound.send(get(url("/")));

      assertThat(answer.cut()).isTrue();
      assertThat(answer.body()).hasSize(1000);
    }
  }

  @Test
  void aServerThatSaysNothingIsLeftInTime() throws Exception {
    server.createContext("/", this::hang);
    try (Outbound outbound = outbound(LOOPBACK, LITERALS)) {
      OutboundRequest request =
          new OutboundRequest("GET", url("/"), Map.of(), new byte[0], Duration.ofMillis(200), 1000);
      assertThatThrownBy(() -> outbound.send(request))
          .isInstanceOfSatisfying(
              OutboundFault.class, f -> assertThat(f.kind()).isEqualTo(OutboundFault.Kind.TIMEOUT))
          .hasMessage("expected the whole answer of 127.0.0.1 within PT0.2S");
    }
  }

  /// Before there is a connection, while it is made, and while the answer is waited for.
  @Test
  void aTimeoutAtAnyMomentIsATimeout() throws Exception {
    server.createContext("/", this::hang);
    try (Outbound outbound = outbound(LOOPBACK, LITERALS)) {
      for (int micros = 1; micros < 4000; micros += 10) {
        Duration time = Duration.ofNanos(micros * 1000L);
        OutboundRequest request =
            new OutboundRequest("GET", url("/"), Map.of(), new byte[0], time, 1000);
        assertThatThrownBy(() -> outbound.send(request))
            .isInstanceOfSatisfying(
                OutboundFault.class,
                f -> assertThat(f.kind()).isEqualTo(OutboundFault.Kind.TIMEOUT));
      }
    }
  }

  private void hang(HttpExchange exchange) {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  @Test
  void anInterruptEndsARequestOnAVirtualThread() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    server.createContext(
        "/",
        exchange -> {
          arrived.countDown();
          hang(exchange);
        });
    try (Outbound outbound = outbound(LOOPBACK, LITERALS);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ConcurrentLinkedQueue<Thread> sender = new ConcurrentLinkedQueue<>();
      Future<?> sent =
          threads.submit(() -> {
            sender.add(Thread.currentThread());
            return outbound.send(get(url("/")));
          });
      arrived.await();
      sender.element().interrupt();

      assertThatThrownBy(sent::get).hasRootCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void whatDoesNotAnswerIsNamed() throws Exception {
    server.stop(0);
    try (Outbound outbound = outbound(LOOPBACK, LITERALS)) {
      assertThatThrownBy(() -> outbound.send(get(url("/"))))
          .isInstanceOfSatisfying(
              OutboundFault.class,
              f -> assertThat(f.kind()).isEqualTo(OutboundFault.Kind.NO_CONNECTION));
    }
    try (Outbound outbound = outbound(LOOPBACK, NONE)) {
      assertThatThrownBy(() -> outbound.send(get(URI.create("http://none.example/"))))
          .isInstanceOfSatisfying(
              OutboundFault.class,
              f -> assertThat(f.kind()).isEqualTo(OutboundFault.Kind.UNKNOWN_HOST))
          .hasMessageContaining("none.example");
    }
  }

  @Test
  void headersThatBreakTheMessageAreRefused() {
    for (String value : List.of("a\r\nX: b", "a\nb", "a\0", "é")) {
      assertThatThrownBy(() -> Headers.require("X-A", value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("expected a value of header X-A of printable ASCII");
    }
    for (String name : List.of("", "a b", "X:", "Host", "content-length", "Transfer-Encoding")) {
      assertThatThrownBy(() -> Headers.require(name, "v"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
