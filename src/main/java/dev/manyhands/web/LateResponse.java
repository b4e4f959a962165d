package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;
import org.apache.tomcat.util.http.FastHttpDateFormat;
import org.jspecify.annotations.Nullable;

/// The answer to a request that is over: whoever would have written to the request's own writes
/// here, and it goes over the wire as HTTP/1.1 has it. What fits into the buffer is sent with its
/// length, what does not in chunks. Knows no more of a response than answers need. For one thread.
final class LateResponse extends HttpServletResponseWrapper {
  private static final int BUFFER_BYTES = 8 * 1024;

  /// In the place of a response that is gone.
  private static final HttpServletResponse GONE =
      (HttpServletResponse)
          Proxy.newProxyInstance(
              LateResponse.class.getClassLoader(),
              new Class<?>[] {HttpServletResponse.class},
              (_, method, _) -> {
                throw new UnsupportedOperationException(method.getName());
              });

  private final OutputStream wire;
  private final boolean mayChunk;
  private final Map<String, String> given;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Body body = new Body();
  private int status = SC_OK;
  private long length = -1;

  /// @param mayChunk whether the client knows chunks; without them a body ends with the connection
  /// @param given headers that every answer has
  LateResponse(OutputStream wire, boolean mayChunk, Map<String, String> given) {
    super(GONE);
    this.wire = wire;
    this.mayChunk = mayChunk;
    this.given = given;
  }

  @Override
  public void setStatus(int status) {
    this.status = status;
  }

  @Override
  public void setHeader(String name, String value) {
    headers.put(name, value);
  }

  @Override
  public void setContentType(String type) {
    headers.put("Content-Type", type);
  }

  @Override
  public void setContentLength(int length) {
    this.length = length;
  }

  @Override
  public ServletOutputStream getOutputStream() {
    return body;
  }

  @Override
  public boolean isCommitted() {
    return body.out != null;
  }

  /// Forgets what was to be sent, of which nothing was sent yet.
  @Override
  public void reset() {
    if (isCommitted()) {
      throw new IllegalStateException("the answer has begun");
    }
    headers.clear();
    body.count = 0;
    status = SC_OK;
    length = -1;
  }

  /// It is whole.
  void finish() throws IOException {
    if (!isCommitted() && length < 0) {
      length = body.count;
    }
    OutputStream out = body.spill();
    if (out instanceof Chunks chunks) {
      chunks.end();
    }
  }

  /// Sends the head.
  private OutputStream begin() throws IOException {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(given);
    all.putAll(headers);
    all.put("Connection", "close");
    all.put("Date", FastHttpDateFormat.getCurrentDate());
    boolean chunked = false;
    if (status != SC_NO_CONTENT && status != SC_NOT_MODIFIED) {
      if (length >= 0) {
        all.put("Content-Length", Long.toString(length));
      } else if (mayChunk) {
        chunked = true;
        all.put("Transfer-Encoding", "chunked");
      }
    }
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" \r\n");
    all.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    wire.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    return chunked ? new Chunks(wire) : wire;
  }

  private final class Body extends ServletOutputStream {
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int count;

    /// Where it goes; none: not even the head was sent.
    private @Nullable OutputStream out;

    private OutputStream spill() throws IOException {
      OutputStream to = out;
      if (to == null) {
        to = begin();
        out = to;
      }
      to.write(buffer, 0, count);
      count = 0;
      return to;
    }

    @Override
    public void write(int oneByte) throws IOException {
      if (count == buffer.length) {
        spill();
      }
      buffer[count++] = (byte) oneByte;
    }

    @Override
    public void write(byte[] bytes, int offset, int number) throws IOException {
      if (count + number > buffer.length) {
        OutputStream to = spill();
        if (number > buffer.length) {
          to.write(bytes, offset, number);
          return;
        }
      }
      System.arraycopy(bytes, offset, buffer, count, number);
      count += number;
    }

    @Override
    public void flush() throws IOException {
      spill().flush();
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new UnsupportedOperationException("who writes may wait");
    }
  }
}
