package dev.manyhands.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.jspecify.annotations.Nullable;

/// The body of a request on its way to another node: what has come is sent on before more is
/// awaited. Read once, by one thread. If the other node answers meanwhile and the sender is silent,
/// the body ends.
final class PassedBody extends AbstractHttpEntity {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final InputStream from;
  private final long length;
  private final BodyEnd end;
  private Runnable cut = () -> {};
  private boolean whole;
  private @Nullable IOException brokenOff;

  private PassedBody(InputStream from, long length, BodyEnd end) {
    super((ContentType) null, null, length < 0);
    this.from = from;
    this.length = length;
    this.end = end;
  }

  /// The request's body; null if it has none.
  static @Nullable PassedBody of(Uploads uploads, HttpServletRequest request) throws IOException {
    long length = request.getContentLengthLong();
    if (length <= 0 && request.getHeader("Transfer-Encoding") == null) {
      return null;
    }
    BodyEnd end = uploads.end(request);
    return new PassedBody(end.watched(uploads.body(request)), length, end);
  }

  /// @param how ends the connection on which it is sent on
  void cutBy(Runnable how) {
    cut = how;
  }

  /// Whether all of it was sent on.
  boolean isWhole() {
    return whole;
  }

  /// The other node has answered.
  void answered() {
    end.runIfSilent();
  }

  /// Whether it ended since the other node had answered.
  boolean isEnded() {
    return end.isOver();
  }

  /// How its sender broke off, if it did.
  @Nullable IOException brokenOff() {
    return brokenOff;
  }

  @Override
  public void writeTo(OutputStream to) throws IOException {
    try (end) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = read(buffer, to); read >= 0; read = read(buffer, to)) {
        to.write(buffer, 0, read);
        // Always: of a chunked body something is available that is none of it, the line's end.
        to.flush();
      }
      whole = true;
    }
  }

  private int read(byte[] buffer, OutputStream to) throws IOException {
    try {
      return from.read(buffer);
    } catch (IOException e) {
      if (end.isOver()) {
        // Nothing of this is sent: a write looks for the answer first, and finds it.
        to.write('\n');
        to.flush();
      }
      brokenOff = e;
      // Before anybody closes it properly: the other side must see that it is not whole.
      cut.run();
      throw e;
    }
  }

  @Override
  public InputStream getContent() {
    return from;
  }

  @Override
  public long getContentLength() {
    return length;
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  /// Whose request it is closes it.
  @Override
  public void close() {}
}
