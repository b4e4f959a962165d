import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/// Many requests that wait for the end of one job (`Prefer: wait=60`), on one thread. What is
/// measured is how much later than the job's `endedAt` each of them has its whole answer; right is
/// one with status 200 that says that the job has succeeded.
///
/// Arguments: `PORT PATH REQUESTS SECONDS`. The environment's `KEY` goes with every request. Prints
/// a JSON object; ends when every request is answered, or the seconds are over.
final class Waiters {
  private static final String HEAD_END = "\r\n\r\n";

  /// One request's answer so far.
  private static final class Answer {
    byte[] bytes = new byte[1024];
    int length;

    /// Where it ends, once that is known.
    int end = -1;

    String text() {
      return new String(bytes, 0, length, US_ASCII);
    }

    boolean isWhole() {
      if (end < 0) {
        String text = text();
        int head = text.indexOf(HEAD_END);
        int at = text.indexOf("Content-Length: ");
        if (head >= 0 && at >= 0 && at < head) {
          int from = at + "Content-Length: ".length();
          int bodyLength = Integer.parseInt(text.substring(from, text.indexOf('\r', from)));
          end = head + HEAD_END.length() + bodyLength;
        }
      }
      return end >= 0 && length >= end;
    }

    /// When the job had ended, by the answer; null if that is not right.
    Instant endedAt() {
      String text = text();
      if (!text.startsWith("HTTP/1.1 200 ") || !text.contains("\"state\":\"succeeded\"")) {
        return null;
      }
      int from = text.indexOf("\"endedAt\":\"") + "\"endedAt\":\"".length();
      return Instant.parse(text.substring(from, text.indexOf('"', from)));
    }
  }

  private final double[] millis;
  private int right;
  private int answered;

  private Waiters(int requests) {
    millis = new double[requests];
  }

  public static void main(String[] arguments) throws Exception {
    int requests = Integer.parseInt(arguments[2]);
    long deadline = System.nanoTime() + Long.parseLong(arguments[3]) * 1_000_000_000;
    new Waiters(requests)
        .await(Integer.parseInt(arguments[0]), arguments[1], requests, deadline);
    System.exit(0);
  }

  private void await(int port, String path, int requests, long deadline) throws IOException {
    byte[] request =
        ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=60\r\n"
                + "Authorization: Bearer " + System.getenv("KEY") + HEAD_END)
            .getBytes(US_ASCII);
    long start = System.nanoTime();
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < requests; i++) {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        channel.write(ByteBuffer.wrap(request));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Answer());
      }
      double connected = (System.nanoTime() - start) / 1e9;
      ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
      while (answered < requests && System.nanoTime() < deadline) {
        selector.select(key -> read(key, buffer), 100);
      }
      print(requests, connected);
    }
  }

  private void read(SelectionKey key, ByteBuffer buffer) {
    Answer answer = (Answer) key.attachment();
    buffer.clear();
    int came;
    try {
      came = ((SocketChannel) key.channel()).read(buffer);
    } catch (IOException e) {
      came = -1;
    }
    if (came > 0) {
      buffer.flip();
      if (answer.length + came > answer.bytes.length) {
        answer.bytes = Arrays.copyOf(answer.bytes, answer.length + came);
      }
      buffer.get(answer.bytes, answer.length, came);
      answer.length += came;
    }
    if (came < 0 || answer.isWhole()) {
      Instant endedAt = answer.isWhole() ? answer.endedAt() : null;
      if (endedAt != null) {
        millis[right++] = Duration.between(endedAt, Instant.now()).toNanos() / 1e6;
      }
      answered++;
      key.cancel();
    }
  }

  private void print(int requests, double connected) {
    double[] sorted = Arrays.copyOf(millis, right);
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "{\"requests\": %d, \"right\": %d, \"connect\": %.3f, \"p50\": %.3f, \"p99\": %.3f,"
            + " \"max\": %.3f}%n",
        requests,
        right,
        connected,
        part(sorted, 0.5),
        part(sorted, 0.99),
        part(sorted, 1));
  }

  private static double part(double[] sorted, double part) {
    return sorted.length == 0 ? -1 : sorted[(int) Math.min(sorted.length - 1, sorted.length * part)];
  }
}
