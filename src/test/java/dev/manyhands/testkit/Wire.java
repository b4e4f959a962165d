package dev.manyhands.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// A way for TCP connections that a test can disturb: what goes one way can be held up for a time,
/// as by a network that loses it, and all connections can be cut.
public final class Wire implements AutoCloseable {
  private final ServerSocket server;
  private final Supplier<InetSocketAddress> target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  @GuardedBy("this")
  private boolean answersHeld;

  @GuardedBy("this")
  private boolean questionsHeld;

  private Wire(ServerSocket server, Supplier<InetSocketAddress> target) {
    this.server = server;
    this.target = target;
  }

  /// @param target looked up for each connection
  public static Wire to(Supplier<InetSocketAddress> target) throws IOException {
    Wire wire = new Wire(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), target);
    Thread.ofVirtual().name("wire").start(wire::accept);
    return wire;
  }

  public int port() {
    return server.getLocalPort();
  }

  /// What the other side says does not come through from now on; what it is told does.
  public synchronized void holdAnswers() {
    answersHeld = true;
  }

  /// The other side hears nothing from now on; what it says does come through.
  public synchronized void holdQuestions() {
    questionsHeld = true;
  }

  /// All comes through again, and what was held first.
  public synchronized void heal() {
    answersHeld = false;
    questionsHeld = false;
    notifyAll();
  }

  /// Ends all connections; new ones come through.
  public void cut() {
    open.forEach(Wire::close);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        Socket far = new Socket();
        open.add(near);
        open.add(far);
        if (server.isClosed()) {
          // Whoever has closed it may have cut what was open before these were.
          end(near, far);
          return;
        }
        Thread.ofVirtual().start(() -> connect(near, far));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket near, Socket far) {
    try {
      far.connect(target.get());
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> pump(near, far, false));
      pump(far, near, true);
    } catch (IOException | RuntimeException unreachable) {
      end(near, far);
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[16 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitPassage(answers);
        out.write(buffer, 0, read);
      }
    } catch (IOException broken) {
      // Both ends see it.
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a wire", e);
    } finally {
      end(from, to);
    }
  }

  private synchronized void awaitPassage(boolean answers) throws InterruptedException {
    while (answers ? answersHeld : questionsHeld) {
      wait();
    }
  }

  private void end(Socket one, Socket other) {
    close(one);
    close(other);
    open.remove(one);
    open.remove(other);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }

  /// Ends all connections, and refuses new ones from now on.
  public void refuse() throws IOException {
    heal();
    server.close();
    cut();
  }

  @Override
  public void close() throws IOException {
    refuse();
  }
}
