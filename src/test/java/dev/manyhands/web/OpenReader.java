package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A client on a socket of its own that reads an open answer line by line, undoes the chunks itself
/// and so knows whether the answer ended or was cut.
final class OpenReader implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 90_000;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final int status;
  private final Map<String, String> headers = new HashMap<>();
  private long chunkLeft;
  private boolean whole;

  OpenReader(Api api, String path, String... headers) throws IOException {
    this(0, api, "GET", path, headers);
  }

  /// @param receive bytes that the socket takes while nobody reads; 0: as the system likes
  OpenReader(int receive, Api api, String method, String path, String... more) throws IOException {
    if (receive > 0) {
      socket.setReceiveBufferSize(receive);
    }
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port()));
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
    head.append("Authorization: Bearer ").append(api.key()).append("\r\n");
    for (int i = 0; i < more.length; i += 2) {
      head.append(more[i]).append(": ").append(more[i + 1]).append("\r\n");
    }
    socket.getOutputStream().write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    in = new BufferedInputStream(socket.getInputStream(), 4096);
    status = Integer.parseInt(rawLine().split(" ", 3)[1]);
    for (String line = rawLine(); !line.isEmpty(); line = rawLine()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
  }

  int status() {
    return status;
  }

  String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  /// By name in lower case.
  Map<String, String> headers() {
    return Map.copyOf(headers);
  }

  /// Whether the end of the answer was read: false if it was cut.
  boolean isWhole() {
    return whole;
  }

  /// The next line without its end; null when there is no more.
  @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = next(); b >= 0; b = next()) {
      if (b == '\n') {
        return line.toString(UTF_8);
      }
      line.write(b);
    }
    return null;
  }

  /// The next line that is not empty, as JSON; null when there is no more.
  @Nullable JsonNode json() throws IOException {
    String line = line();
    while (line != null && line.isEmpty()) {
      line = line();
    }
    return line == null ? null : Api.MAPPER.readTree(line);
  }

  /// The next line as JSON; there is one.
  JsonNode needJson() throws IOException {
    return Objects.requireNonNull(json(), "the answer ended");
  }

  /// A server-sent event; what it does not say is empty.
  record Event(String id, String name, String data) {}

  /// The next event; comments are left out. Null when there is no more.
  @Nullable Event event() throws IOException {
    Map<String, String> fields = new HashMap<>();
    for (String line = line(); line != null; line = line()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
      } else if (line.isEmpty() && !fields.isEmpty()) {
        return new Event(
            fields.getOrDefault("id", ""),
            fields.getOrDefault("event", ""),
            fields.getOrDefault("data", ""));
      }
    }
    return null;
  }

  /// The next event; there is one.
  Event needEvent() throws IOException {
    return Objects.requireNonNull(event(), "the answer ended");
  }

  List<JsonNode> allJson() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (JsonNode one = json(); one != null; one = json()) {
      all.add(one);
    }
    return all;
  }

  List<Event> allEvents() throws IOException {
    List<Event> all = new ArrayList<>();
    for (Event one = event(); one != null; one = event()) {
      all.add(one);
    }
    return all;
  }

  /// The next byte of the body, or -1.
  private int next() throws IOException {
    try {
      if (chunkLeft == 0) {
        String size = rawLine();
        chunkLeft = Long.parseLong(size, 16);
        if (chunkLeft == 0) {
          rawLine();
          whole = true;
          chunkLeft = -1;
        }
      }
      if (chunkLeft < 0) {
        return -1;
      }
      int b = rawByte();
      if (--chunkLeft == 0) {
        rawLine();
      }
      return b;
    } catch (EOFException | java.net.SocketException e) {
      return -1;
    }
  }

  private String rawLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = rawByte(); b != '\n'; b = rawByte()) {
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  private int rawByte() throws IOException {
    int b = in.read();
    if (b < 0) {
      throw new EOFException();
    }
    return b;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
