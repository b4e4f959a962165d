import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

/// A Java client that measures several servers in turn, so that all meet the same weather. Prints a
/// JSON array with the tasks per second of each round for each server.
///
/// Arguments: `map INPUTS WARM ROUNDS` (one request with so many inputs) or `clients CLIENTS WARM
/// ROUNDS` (so many clients, 200 requests of one input each), then a URL and the JSON text that
/// stands before the inputs, for each server. The environment's `KEY` goes with every request.
final class Client {
  private static final int EACH = 200;

  /// @param before the body up to its inputs
  private record Server(URI url, String before) {}

  private interface Round {
    /// Returns the seconds that it took.
    double run(Server server) throws Exception;
  }

  private final String key = System.getenv().getOrDefault("KEY", "none");

  public static void main(String[] arguments) throws Exception {
    // Shorter than the servers': a request on a connection that one just closes would be lost.
    System.setProperty("jdk.httpclient.keepalive.timeout", "5");
    int size = Integer.parseInt(arguments[1]);
    int warm = Integer.parseInt(arguments[2]);
    int rounds = Integer.parseInt(arguments[3]);
    List<Server> servers = new ArrayList<>();
    for (int i = 4; i < arguments.length; i += 2) {
      servers.add(new Server(URI.create(arguments[i]), arguments[i + 1]));
    }
    Client client = new Client();
    boolean map = arguments[0].equals("map");
    double tasks = map ? size : (double) size * EACH;
    Round round = map ? server -> client.map(server, size) : server -> client.clients(server, size);

    List<List<String>> rates = new ArrayList<>();
    servers.forEach(server -> rates.add(new ArrayList<>()));
    for (int i = -warm; i < rounds; i++) {
      for (int j = 0; j < servers.size(); j++) {
        double rate = tasks / round.run(servers.get(j));
        if (i >= 0) {
          rates.get(j).add(String.format(Locale.ROOT, "%.2f", rate));
        }
      }
    }
    System.out.println(rates);
    System.exit(0);
  }

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private double map(Server server, int size) throws Exception {
    long start = System.nanoTime();
    long[] values = post(server, LongStream.range(0, size).toArray());
    double seconds = (System.nanoTime() - start) / 1e9;
    for (int i = 0; i < size; i++) {
      check(values.length == size && values[i] == (long) i * i, server);
    }
    return seconds;
  }

  private double clients(Server server, int count) throws Exception {
    CountDownLatch ready = new CountDownLatch(count);
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  one(server, 1); // opens the connection
                  ready.countDown();
                  go.await();
                  for (int n = 0; n < EACH; n++) {
                    one(server, n);
                  }
                } catch (Throwable e) {
                  ready.countDown();
                  synchronized (failures) {
                    failures.add(e);
                  }
                }
              }));
    }
    ready.await();
    long start = System.nanoTime();
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException(failures.getFirst());
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private void one(Server server, long input) throws Exception {
    long[] values = post(server, new long[] {input});
    check(values.length == 1 && values[0] == input * input, server);
  }

  private long[] post(Server server, long[] inputs) throws Exception {
    byte[] body = Longs.print(server.before, inputs, "}");
    HttpRequest request =
        HttpRequest.newBuilder(server.url)
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .header("Prefer", "wait=60")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    HttpResponse<byte[]> answer;
    try {
      answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException closed) {
      // Once more: a server may close a connection in the moment in which it is used again.
      try {
        answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      } catch (IOException e) {
        throw new IOException("no answer from " + server.url, e);
      }
    }
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(
          "expected 200, got %d: %s".formatted(answer.statusCode(), new String(answer.body())));
    }
    return Longs.read(new ByteArrayInputStream(answer.body()));
  }

  private static void check(boolean right, Server server) {
    if (!right) {
      throw new IllegalStateException("wrong values from " + server.url);
    }
  }
}
