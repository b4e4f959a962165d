package dev.manyhands.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/// A server that hears what webhooks are told, and answers as it is told itself.
public final class Receiver implements AutoCloseable {
  /// An answer that never comes: who asks waits until it gives up or dies.
  public static final int SILENCE = 0;

  /// 204, but not before [#release].
  public static final int HELD = 1;

  private final CountDownLatch released = new CountDownLatch(1);
  private final HttpServer server;
  private final List<Integer> answers;

  @GuardedBy("this")
  private final List<Heard> heard = new ArrayList<>();

  /// One request.
  ///
  /// @param headers by name in lower case
  public record Heard(Map<String, List<String>> headers, String body) {
    public String id() {
      return headers.getOrDefault("webhook-id", List.of("")).getFirst();
    }
  }

  /// @param answers statuses of the first answers; the last one is that of all further ones
  public Receiver(InetAddress address, Integer... answers) throws IOException {
    this.answers = Arrays.asList(answers);
    server = HttpServer.create(new InetSocketAddress(address, 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::hear);
    server.start();
  }

  private void hear(HttpExchange exchange) throws IOException {
    Map<String, List<String>> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values));
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    int answer;
    synchronized (this) {
      answer = answers.get(Math.min(heard.size(), answers.size() - 1));
      heard.add(new Heard(headers, body));
      notifyAll();
    }
    if (answer == HELD) {
      Wait.until(released, "the held answers are released");
      answer = 204;
    }
    if (answer != SILENCE) {
      if (answer >= 300 && answer < 400) {
        exchange.getResponseHeaders().set("Location", "/elsewhere");
      }
      exchange.sendResponseHeaders(answer, -1);
      exchange.close();
    }
  }

  public void release() {
    released.countDown();
  }

  public String url() {
    return "http://"
        + server.getAddress().getAddress().getHostAddress()
        + ":"
        + server.getAddress().getPort()
        + "/hook";
  }

  /// What was heard so far, as soon as there are so many.
  public synchronized List<Heard> await(int requests) {
    Wait.until(this, requests + " requests to " + url(), () -> count() >= requests);
    return List.copyOf(heard);
  }

  private synchronized int count() {
    return heard.size();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
