package dev.manyhands.pool;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where one worker process connects when it is there; it says its secret as it comes in.
///
/// The system tells everybody the names of sockets, and task code of another worker may connect in
/// its place and say nothing. So all who come are heard side by side, and nobody waits for another;
/// of too many the first must go, since the worker does not wait with its secret. Used by one
/// thread.
final class Entrance implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Entrance.class);

  private static final int MOST_CALLERS = 64;

  private final byte[] secret;
  private final Selector selector;
  private final ServerSocketChannel listener;

  /// Those who have not said anything yet, or not all.
  private final ArrayDeque<Caller> callers = new ArrayDeque<>();

  private boolean warned;

  private record Caller(SocketChannel channel, ByteBuffer said) {}

  private Entrance(byte[] secret, Selector selector, ServerSocketChannel listener) {
    this.secret = secret;
    this.selector = selector;
    this.listener = listener;
  }

  static Entrance open(Path socket, byte[] secret) throws IOException {
    Selector selector = Selector.open();
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    Entrance entrance = new Entrance(secret, selector, listener);
    try {
      listener.bind(UnixDomainSocketAddress.of(socket), MOST_CALLERS);
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
      return entrance;
    } catch (IOException e) {
      entrance.close();
      throw e;
    }
  }

  /// @param end of the process: there is nobody to wait for any more
  /// @return null if it did not come
  @Nullable SocketChannel await(Duration longest, CompletableFuture<?> end)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    var _ = end.thenRun(selector::wakeup);
    while (!end.isDone()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long left = longest.toNanos() - (System.nanoTime() - start);
      if (left <= 0) {
        return null;
      }
      selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
      for (SelectionKey ready : selector.selectedKeys()) {
        SocketChannel worker = ready.attachment() instanceof Caller one ? heard(one) : received();
        if (worker != null) {
          return worker;
        }
      }
      selector.selectedKeys().clear();
    }
    return null;
  }

  /// Takes all who wait to come in; what they have said already is heard at once.
  private @Nullable SocketChannel received() throws IOException {
    SocketChannel channel = listener.accept();
    for (int more = MOST_CALLERS; channel != null; more--) {
      Caller caller = new Caller(channel, ByteBuffer.allocate(secret.length));
      channel.configureBlocking(false);
      callers.add(caller);
      if (callers.size() > MOST_CALLERS) {
        turnAway(callers.getFirst());
      }
      SocketChannel worker = heard(caller);
      if (worker != null) {
        return worker;
      }
      if (channel.isOpen()) {
        channel.register(selector, SelectionKey.OP_READ, caller);
      }
      channel = more > 0 ? listener.accept() : null;
    }
    return null;
  }

  /// @return its channel, if it is the worker
  private @Nullable SocketChannel heard(Caller caller) throws IOException {
    SocketChannel channel = caller.channel();
    boolean isOver;
    try {
      isOver = channel.read(caller.said()) < 0;
    } catch (IOException broken) {
      isOver = true;
    }
    if (!caller.said().hasRemaining() && MessageDigest.isEqual(caller.said().array(), secret)) {
      callers.remove(caller);
      SelectionKey key = channel.keyFor(selector);
      if (key != null) {
        key.cancel();
        selector.selectNow();
      }
      channel.configureBlocking(true);
      return channel;
    }
    if (isOver || !caller.said().hasRemaining()) {
      turnAway(caller);
    }
    return null;
  }

  private void turnAway(Caller caller) throws IOException {
    if (!warned) {
      warned = true;
      log.warn("something else than the worker that was started connects in its place");
    }
    callers.remove(caller);
    caller.channel().close();
  }

  @Override
  public void close() throws IOException {
    for (Caller caller : callers) {
      caller.channel().close();
    }
    listener.close();
    selector.close();
  }
}
