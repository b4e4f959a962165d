package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/// A chunked request whose body a test writes bit by bit, and may break off.
final class StreamedBody implements AutoCloseable {
  private final Socket socket;
  private final OutputStream out;

  StreamedBody(Api api, String path, String... headers) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), api.port());
    socket.setSoTimeout(30_000);
    socket.setTcpNoDelay(true);
    out = socket.getOutputStream();
    StringBuilder head =
        new StringBuilder("POST ")
            .append(path)
            .append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n")
            .append("Transfer-Encoding: chunked\r\nContent-Type: application/jsonl\r\n")
            .append("Authorization: Bearer ")
            .append(api.key())
            .append("\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    out.write(head.append("\r\n").toString().getBytes(UTF_8));
    out.flush();
  }

  StreamedBody write(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(UTF_8));
    out.write(bytes);
    out.write("\r\n".getBytes(UTF_8));
    out.flush();
    return this;
  }

  /// Whatever it is, and no chunk.
  StreamedBody writeAsIs(String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
    return this;
  }

  /// Breaks off, and goes on listening.
  void sendNoMore() throws IOException {
    socket.shutdownOutput();
  }

  /// Ends the body.
  ///
  /// @return the whole answer, head and body
  String end() throws IOException {
    out.write("0\r\n\r\n".getBytes(UTF_8));
    out.flush();
    return answer();
  }

  /// Whether an answer has begun to come.
  boolean isAnswered() throws IOException {
    return socket.getInputStream().available() > 0;
  }

  /// What the service answers without being sent more.
  String answer() throws IOException {
    InputStream in = socket.getInputStream();
    return new String(in.readAllBytes(), UTF_8);
  }

  /// Breaks off, if it has not ended.
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
