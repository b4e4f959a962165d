package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A sender that is far faster than the pool: what the service takes from its socket is bounded
/// while nothing runs, and all of it arrives once something does.
class BackpressureTest {
  private static final int INPUTS = 640;
  private static final int INPUT_BYTES = 100_000;

  /// What may be ahead, what is being committed, and what waits for that, to a part.
  private static final long MAX_ARRIVED = (1 + 4 + 4 + 1) << 20;

  /// The same, and the buffers of two sockets at their largest.
  private static final long MAX_TAKEN = MAX_ARRIVED + (16 << 20);

  /// A sender that cannot write a byte for so long is being held, as far as it matters here.
  private static final Duration HELD_AFTER = Duration.ofSeconds(1);

  @Test
  void aFastSenderIsHeldUntilThePoolCatchesUp() throws Exception {
    try (Api api = new Api("--manyhands.dispatch.max-ahead=1MB");
        SocketChannel socket = connect(api);
        Selector selector = Selector.open()) {
      String blocker = api.block();
      socket.register(selector, SelectionKey.OP_WRITE);
      ByteBuffer request = request(api);

      long taken = send(socket, selector, request, HELD_AFTER);
      JsonNode held = Api.json(api.get(api.awaitJob("fast")));

      assertThat(taken).isLessThan(MAX_TAKEN);
      assertThat(held.at("/counts/total").longValue() * INPUT_BYTES).isLessThan(MAX_ARRIVED);
      assertThat(held.get("state").stringValue()).isEqualTo("receiving");

      api.kill(blocker);
      send(socket, selector, request, Wait.LIMIT);

      assertThat(request.remaining()).isZero();
      JsonNode ended = api.ended(api.awaitJob("fast"));
      assertThat(ended.at("/counts/succeeded").intValue()).isEqualTo(INPUTS);
    }
  }

  @Test
  void aHeldSenderThatBreaksOffIsSeenThoughItsJobIsPaused() throws Exception {
    try (Api api =
        new Api("--manyhands.dispatch.max-ahead=1MB", "--manyhands.dispatch.max-hold=10ms")) {
      String job;
      try (SocketChannel socket = connect(api);
          Selector selector = Selector.open()) {
        socket.register(selector, SelectionKey.OP_WRITE);
        ByteBuffer request = request(api);
        request.limit(request.limit() - 1);
        // The job's line and some inputs.
        ByteBuffer first = request.duplicate().limit(3 * INPUT_BYTES);
        send(socket, selector, first, HELD_AFTER);
        request.position(first.position());
        job = api.awaitJob("fast");
        assertThat(api.post(job + "/pause", "").statusCode()).isEqualTo(200);

        send(socket, selector, request, HELD_AFTER);

        assertThat(api.get(job).statusCode()).isEqualTo(200);
      }
      Wait.untilSeen("the job is gone", () -> status(api, job) == 404);
    }
  }

  private static int status(Api api, String path) {
    try {
      return api.get(path).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SocketChannel connect(Api api) throws IOException {
    SocketChannel socket = SocketChannel.open();
    socket.setOption(StandardSocketOptions.SO_SNDBUF, 1 << 20);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port()));
    socket.configureBlocking(false);
    return socket;
  }

  private static ByteBuffer request(Api api) throws IOException {
    String head =
        """
        {"function":{"type":"java","name":"identity"},"pool":"solo","labels":{"test":"fast"}}
        """;
    String input = "\"" + "x".repeat(INPUT_BYTES - 3) + "\"\n";
    String http =
        """
        POST /v1/jobs HTTP/1.1
        Host: localhost
        Authorization: Bearer KEY
        Content-Type: application/jsonl
        Content-Length: LENGTH

        """
            .replace("KEY", api.key())
            .replace("LENGTH", "" + (head.length() + INPUTS * input.length()))
            .replace("\n", "\r\n");
    return ByteBuffer.wrap((http + head + input.repeat(INPUTS)).getBytes(UTF_8));
  }

  /// Sends until all is sent, or not a byte can be written for so long.
  ///
  /// @return how many bytes went out
  private static long send(
      SocketChannel socket, Selector selector, ByteBuffer bytes, Duration patience)
      throws IOException {
    long from = bytes.position();
    while (bytes.hasRemaining()) {
      selector.selectedKeys().clear();
      if (selector.select(patience.toMillis()) == 0) {
        break;
      }
      socket.write(bytes);
    }
    return bytes.position() - from;
  }
}
