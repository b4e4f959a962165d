package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/// A chunked request whose body a test writes bit by bit, and may break off.
///
/// The service may answer and close the connection in the middle of the body. What is written then
/// is lost, which is no fault of the service: it has said what it has to say, and that can be read.
final class StreamedBody implements AutoCloseable {
  private final Socket socket;
  private final OutputStream out;

  StreamedBody(Api api, String path, String... headers) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), api.port());
    socket.setSoTimeout(90_000);
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

  /// A chunk, or nothing if the service has closed the connection.
  StreamedBody write(String text) throws IOException {
    try {
      return writeOrFail(text);
    } catch (SocketException closed) {
      return this;
    }
  }

  /// A chunk.
  ///
  /// @throws SocketException if the service has closed the connection
  StreamedBody writeOrFail(String text) throws IOException {
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
    try {
      out.write("0\r\n\r\n".getBytes(UTF_8));
      out.flush();
    } catch (SocketException closed) {
      // The answer is there.
    }
    return answer();
  }

  /// Whether an answer has begun to come.
  boolean isAnswered() throws IOException {
    return socket.getInputStream().available() > 0;
  }

  /// What the service answers without being sent more.
  String answer() throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      in.transferTo(answer);
    } catch (SocketException reset) {
      // What was sent after the answer is turned down by such an end of the connection.
      if (answer.size() == 0) {
        throw reset;
      }
    }
    return answer.toString(UTF_8);
  }

  /// Breaks off, if it has not ended.
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
