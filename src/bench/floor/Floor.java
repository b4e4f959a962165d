import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The floor: the least that a batch over HTTP can cost on this machine. POST `{"inputs": [...]}`,
/// answered with the array of squares, computed on as many threads as there are cores. Nothing is
/// stored, limited or checked.
///
/// Arguments: the port. Ends when its standard input does, so that none is left when its starter
/// dies.
final class Floor {
  private static final int CHUNK = 1000;

  /// Clients that connect at once.
  private static final int BACKLOG = 1024;

  private final ExecutorService pool =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

  public static void main(String[] arguments) throws IOException {
    // Without it each answer waits for the client's delayed acknowledgement: 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // By default it closes connections that are idle for 30 s, or more than 200 of them; a client
    // that uses one just then loses its request.
    System.setProperty("sun.net.httpserver.idleInterval", "600");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
    int port = Integer.parseInt(arguments[0]);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    server.createContext("/map", new Floor()::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    while (System.in.read() >= 0) {}
    System.exit(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = Longs.print("", squares(Longs.read(exchange.getRequestBody())), "");
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private long[] squares(long[] inputs) {
    long[] values = new long[inputs.length];
    List<Callable<Object>> chunks = new ArrayList<>();
    for (int from = 0; from < inputs.length; from += CHUNK) {
      int first = from;
      int end = Math.min(inputs.length, from + CHUNK);
      chunks.add(Executors.callable(() -> square(inputs, values, first, end)));
    }
    try {
      for (Future<Object> chunk : pool.invokeAll(chunks)) {
        chunk.get();
      }
      return values;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void square(long[] inputs, long[] values, int from, int end) {
    for (int i = from; i < end; i++) {
      values[i] = inputs[i] * inputs[i];
    }
  }
}
