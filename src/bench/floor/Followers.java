import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/// Many readers of one job's results as server-sent events, on one thread. The job's values are the
/// times at which its tasks ended, in nanoseconds since 1970; what is measured is how much later
/// each of them is read from each socket. Lines of tasks that ended before a reader was there do not
/// count.
///
/// Arguments: `PORT PATH READERS RESULTS SECONDS`. The environment's `KEY` goes with every request.
/// Prints a JSON object; ends when every reader has seen the end, or the seconds are over.
final class Followers {
  private static final byte[] VALUE = "\"value\":".getBytes(US_ASCII);
  private static final byte[] END = "event: end".getBytes(US_ASCII);
  private static final byte[] DATA = "data: {\"index\"".getBytes(US_ASCII);

  /// One reader's unfinished line.
  private static final class Reader {
    byte[] line = new byte[256];
    int length;
    int results;
    boolean ended;
    long since;
  }

  private final long[] latencies;
  private int count;
  private int ended;
  private int whole;

  private Followers(int samples) {
    latencies = new long[samples];
  }

  public static void main(String[] arguments) throws Exception {
    int readers = Integer.parseInt(arguments[2]);
    int results = Integer.parseInt(arguments[3]);
    long deadline = System.nanoTime() + Long.parseLong(arguments[4]) * 1_000_000_000;
    new Followers(readers * results)
        .follow(Integer.parseInt(arguments[0]), arguments[1], readers, results, deadline);
    System.exit(0);
  }

  private void follow(int port, String path, int readers, int results, long deadline)
      throws IOException {
    byte[] request =
        ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                + "Authorization: Bearer " + System.getenv("KEY") + "\r\n\r\n")
            .getBytes(US_ASCII);
    long start = System.nanoTime();
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < readers; i++) {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        channel.write(ByteBuffer.wrap(request));
        channel.configureBlocking(false);
        Reader reader = new Reader();
        reader.since = now();
        channel.register(selector, SelectionKey.OP_READ, reader);
      }
      double connected = (System.nanoTime() - start) / 1e9;
      ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
      while (ended < readers && System.nanoTime() < deadline) {
        selector.select(key -> read(key, buffer, results), 100);
      }
      print(readers, connected);
    }
  }

  private void read(SelectionKey key, ByteBuffer buffer, int results) {
    Reader reader = (Reader) key.attachment();
    buffer.clear();
    int came;
    try {
      came = ((SocketChannel) key.channel()).read(buffer);
    } catch (IOException e) {
      came = -1;
    }
    if (came < 0) {
      key.cancel();
      ended++;
      if (reader.ended && reader.results == results) {
        whole++;
      }
      return;
    }
    long now = now();
    buffer.flip();
    while (buffer.hasRemaining()) {
      byte b = buffer.get();
      if (b == '\n') {
        line(reader, now);
        reader.length = 0;
      } else {
        if (reader.length == reader.line.length) {
          reader.line = Arrays.copyOf(reader.line, reader.length * 2);
        }
        reader.line[reader.length++] = b;
      }
    }
  }

  private void line(Reader reader, long now) {
    if (startsWith(reader, 0, DATA)) {
      reader.results++;
      for (int at = DATA.length; at < reader.length; at++) {
        if (startsWith(reader, at, VALUE)) {
          long value = 0;
          for (int i = at + VALUE.length; reader.line[i] >= '0' && reader.line[i] <= '9'; i++) {
            value = value * 10 + reader.line[i] - '0';
          }
          if (value > reader.since && count < latencies.length) {
            latencies[count++] = now - value;
          }
          return;
        }
      }
    } else if (startsWith(reader, 0, END)) {
      reader.ended = true;
    }
  }

  private static boolean startsWith(Reader reader, int at, byte[] text) {
    return reader.length - at >= text.length
        && Arrays.equals(reader.line, at, at + text.length, text, 0, text.length);
  }

  private static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
  }

  private void print(int readers, double connected) {
    long[] sorted = Arrays.copyOf(latencies, count);
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "{\"readers\": %d, \"whole\": %d, \"lines\": %d, \"connect\": %.3f, \"p50\": %.3f,"
            + " \"p99\": %.3f, \"max\": %.3f}%n",
        readers,
        whole,
        count,
        connected,
        millis(sorted, 0.5),
        millis(sorted, 0.99),
        millis(sorted, 1));
  }

  private static double millis(long[] sorted, double part) {
    return sorted.length == 0
        ? -1
        : sorted[(int) Math.min(sorted.length - 1, sorted.length * part)] / 1e6;
  }
}
