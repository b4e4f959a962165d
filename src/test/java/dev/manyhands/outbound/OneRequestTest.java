package dev.manyhands.outbound;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/// What is sent is sent once: whoever asked for it decides whether it is sent again.
class OneRequestTest {
  private static final String NONE = "";
  private static final String SAID_TO_STAY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  private final AtomicInteger heard = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private ServerSocket server;
  private Outbound outbound;

  /// To the requests of each connection, which is closed after them.
  private volatile List<String> answers = List.of(NONE);

  @BeforeEach
  void start() throws Exception {
    server = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().name("one-request").start(this::serve);
    HttpSettings settings =
        new HttpSettings(
            List.of(Network.of("127.0.0.0/8")),
            Wait.LIMIT,
            Wait.LIMIT,
            DataSize.ofMegabytes(1),
            10);
    outbound =
        new Outbound(
            settings,
            host -> new InetAddress[] {InetAddress.ofLiteral(host)},
            SSLContext.getDefault());
  }

  @AfterEach
  void stop() throws IOException {
    outbound.close();
    server.close();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        for (String answer : answers) {
          readHead(socket.getInputStream());
          heard.incrementAndGet();
          socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
        }
      } catch (IOException e) {
        // The connection that broke, or the server's end.
        continue;
      }
      closed.incrementAndGet();
    }
  }

  private static void readHead(InputStream in) throws IOException {
    int newlines = 0;
    while (newlines < 2) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("expected a request");
      }
      newlines = c == '\n' ? newlines + 1 : c == '\r' ? newlines : 0;
    }
  }

  private OutboundRequest request(String method) {
    return new OutboundRequest(
        method,
        URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"),
        Map.of(),
        new byte[0],
        Wait.LIMIT,
        1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "POST", "PATCH"})
  void aRequestThatGetsNoAnswerIsNotSentAgain(String method) {
    assertThatThrownBy(() -> outbound.send(request(method)))
        .isInstanceOfSatisfying(
            OutboundFault.class, f -> assertThat(f.kind()).isEqualTo(OutboundFault.Kind.BROKEN));

    assertThat(heard).hasValue(1);
  }

  /// The client hears that a connection stays, and keeps it. That it is closed by then is seen
  /// before anything is sent on it, for the methods too that could never be sent twice.
  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"})
  void aKeptConnectionThatWasClosedMeanwhileFailsNothing(String method) throws Exception {
    answers = List.of(SAID_TO_STAY);
    for (int request = 1; request <= 3; request++) {
      assertThat(outbound.send(request(method)).status()).isEqualTo(200);

      int sent = request;
      Wait.untilSeen("the connection is closed", () -> closed.get() == sent);
      // The client's clock for idle connections counts milliseconds.
      long now = System.currentTimeMillis();
      Wait.untilSeen("a millisecond has passed", () -> System.currentTimeMillis() > now);
    }
    assertThat(heard).hasValue(3);
  }

  @Test
  void aRequestOnAKeptConnectionThatGetsNoAnswerIsNotSentAgainEither() throws Exception {
    answers = List.of(SAID_TO_STAY, NONE);

    assertThat(outbound.send(request("GET")).status()).isEqualTo(200);
    answers = List.of(NONE); // also for one that comes so late that it needs another connection
    assertThatThrownBy(() -> outbound.send(request("GET"))).isInstanceOf(OutboundFault.class);

    assertThat(heard).hasValue(2);
  }
}
