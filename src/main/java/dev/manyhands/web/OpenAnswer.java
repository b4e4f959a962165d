package dev.manyhands.web;

import dev.manyhands.dispatch.Moment;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.Assert;

/// An answer that goes on after its request is over: of all that a request costs it keeps the
/// socket and a virtual thread of its own, which writes.
///
/// ```
/// request thread: head of the answer --upgrade--> Tomcat lets the request go, keeps the socket
/// virtual thread:                                  body ... body ... end | cut
/// poller:                                          the client is gone -> interrupts the thread
/// ```
///
/// Tomcat's buffers, the filters' objects and a deep stack would be 135 KB a waiting reader; this
/// is some 20 KB. The way out is the one that WebSockets take, except that the answer is a plain
/// one: its head is sent before, says `Connection: close`, and the body is framed here, in chunks,
/// so that a client can tell an answer that was cut from one that ended. A [LateAnswer], whose head
/// is known at its end only, leaves without one and sends both.
///
/// Public, with a public constructor, because Tomcat makes it.
public final class OpenAnswer implements InternalHttpUpgradeHandler {
  private static final Logger log = LoggerFactory.getLogger(OpenAnswer.class);
  private static final int SCRAP_BYTES = 256;

  /// What is sent. Returns when all was; an exception cuts the answer off.
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /// Knows the answers that are open, to cut them when the service stops.
  interface Register {
    /// A client that takes nothing for so long is cut off.
    Duration writeTimeout();

    void enter(OpenAnswer answer);

    void leave(OpenAnswer answer);
  }

  private final Thread writer = Thread.ofVirtual().name("reader").unstarted(this::write);

  /// Nothing more is written. The server gives the buffers of a connection that is closed to the
  /// next one, so it is closed only when nobody writes to it, and when nobody listens to it.
  private final CountDownLatch written = new CountDownLatch(1);

  /// The server's own waits swallow an interrupt.
  private volatile boolean isCut;

  private @Nullable Body body;
  private @Nullable Register register;
  private @Nullable SocketWrapperBase<?> socket;

  /// Sends the head of the answer; the body follows when the request has left.
  static void begin(
      HttpServletRequest request,
      HttpServletResponse response,
      String type,
      Readers readers,
      Body body)
      throws IOException {
    response.setContentType(type);
    if (request.getMethod().equals("HEAD")) {
      return;
    }
    Readers.Place place = readers.take();
    boolean begun = false;
    try {
      begin(request, response, place, body);
      begun = true;
    } finally {
      if (!begun) {
        place.giveBack();
      }
    }
  }

  private static void begin(
      HttpServletRequest request, HttpServletResponse response, Register place, Body body)
      throws IOException {
    boolean chunked = !request.getProtocol().equals("HTTP/1.0");
    response.setHeader("Connection", "close");
    if (chunked) {
      response.setHeader("Transfer-Encoding", "chunked");
    }
    // Whoever stands between is not to gather what is sent.
    response.setHeader("X-Accel-Buffering", "no");
    response.flushBuffer();
    leave(request, place, chunked ? out -> writeChunks(body, out) : body);
  }

  private static void writeChunks(Body body, OutputStream out) throws IOException {
    Chunks chunks = new Chunks(out);
    body.writeTo(chunks);
    chunks.end();
  }

  /// Takes the connection out of its request, as soon as that is over.
  ///
  /// @param body writes what is still to be sent, byte by byte as it goes over the wire
  static void leave(HttpServletRequest request, Register register, Body body) throws IOException {
    OpenAnswer answer;
    try {
      answer = request.upgrade(OpenAnswer.class);
    } catch (ServletException e) {
      throw new IllegalStateException("the server has no way out of a request", e);
    }
    answer.body = body;
    answer.register = register;
  }

  @Override
  public void setSocketWrapper(SocketWrapperBase<?> wrapper) {
    socket = wrapper;
    wrapper.setWriteTimeout(known(register).writeTimeout().toMillis());
  }

  @Override
  public void init(WebConnection connection) {
    writer.start();
  }

  private void write() {
    Register all = known(register);
    all.enter(this);
    try {
      known(body).writeTo(new Wire());
      known(socket).flush(true);
    } catch (IOException e) {
      log.debug("a reader is gone: {}", e.toString());
    } catch (RuntimeException e) {
      if (!Thread.currentThread().isInterrupted()) {
        log.error("an answer was cut off by a mistake of ours", e);
      }
    } finally {
      all.leave(this);
      written.countDown();
      close(known(socket));
    }
  }

  /// Whoever listens has this lock.
  private static void close(SocketWrapperBase<?> socket) {
    socket.getLock().lock();
    try {
      socket.close();
    } finally {
      socket.getLock().unlock();
    }
  }

  private static <T> T known(@Nullable T given) {
    Assert.state(given != null, "an answer that was not begun");
    return given;
  }

  /// Ends it now, wherever it is, without the chunk that says that it is whole.
  void cut() {
    isCut = true;
    writer.interrupt();
  }

  /// Whoever reads an answer says nothing more; that it is gone is all that can be heard.
  @Override
  public SocketState upgradeDispatch(SocketEvent event) {
    return switch (event) {
      case OPEN_READ -> hear();
      case OPEN_WRITE -> SocketState.UPGRADED;
      case STOP, TIMEOUT, DISCONNECT, ERROR, CONNECT_FAIL -> gone();
    };
  }

  private SocketState hear() {
    byte[] scrap = new byte[SCRAP_BYTES];
    try {
      return known(socket).read(false, scrap, 0, scrap.length) < 0 ? gone() : SocketState.UPGRADED;
    } catch (IOException e) {
      return gone();
    }
  }

  /// Has the connection closed; a writer who waits for the client to take more ends at once, or
  /// when its time for that is over.
  private SocketState gone() {
    cut();
    try {
      written.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return SocketState.CLOSED;
  }

  /// The connection is closed.
  @Override
  public void destroy() {
    if (Thread.currentThread() != writer) {
      cut();
    }
  }

  @Override
  public void timeoutAsync(long now) {
    // Nothing is timed by the server.
  }

  @Override
  public void setSslSupport(@Nullable SSLSupport support) {
    // Nobody asks.
  }

  @Override
  public void pause() {
    cut();
  }

  /// The socket's way out; what is flushed is sent at once.
  private final class Wire extends OutputStream {
    @Override
    public void write(int oneByte) throws IOException {
      write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      if (isCut) {
        throw new IOException("cut off");
      }
      known(socket).write(true, bytes, offset, count);
    }

    @Override
    public void flush() throws IOException {
      known(socket).flush(true);
    }
  }

  /// Of use to who writes a body: ends it when the answer was cut.
  static void stopIfCut() throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("cut off");
    }
  }

  /// The same when its job is another node's: whoever comes back gets there.
  static void stopIfElsewhere(Moment moment) throws IOException {
    if (moment.isElsewhere()) {
      throw new IOException("the job is another node's");
    }
  }

  /// Not longer than a heart may stand still.
  static Duration left(long sinceNanos, Duration heartbeat) {
    return heartbeat.minusNanos(System.nanoTime() - sinceNanos);
  }
}
