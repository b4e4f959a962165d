package dev.manyhands.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketEvent;

/// How many requests the server has in work, each until the last byte of its answer is sent: longer
/// than any servlet knows of it, since a small answer, and a page for an error, are sent behind it.
/// A request that another thread will answer counts while a thread of the server is with it.
final class Unanswered {
  @GuardedBy("this")
  private int count;

  /// The same adapter, whose requests count.
  Adapter countedBefore(Adapter adapter) {
    return new Counted(adapter);
  }

  /// Waits until there is none.
  ///
  /// @return whether that came within this time
  synchronized boolean awaitNone(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    for (long left = atMost.toNanos(); left > 0 && count > 0; left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return count == 0;
  }

  private synchronized void begin() {
    count++;
  }

  private synchronized void end() {
    count--;
    if (count == 0) {
      notifyAll();
    }
  }

  /// What Tomcat's connector calls for a request; what it throws is the adapter's.
  private final class Counted implements Adapter {
    private final Adapter adapter;

    Counted(Adapter adapter) {
      this.adapter = adapter;
    }

    @Override
    public void service(Request request, Response response) throws Exception {
      begin();
      try {
        adapter.service(request, response);
      } finally {
        end();
      }
    }

    @Override
    public boolean asyncDispatch(Request request, Response response, SocketEvent status)
        throws Exception {
      begin();
      try {
        return adapter.asyncDispatch(request, response, status);
      } finally {
        end();
      }
    }

    @Override
    public boolean prepare(Request request, Response response) throws Exception {
      return adapter.prepare(request, response);
    }

    @Override
    public void log(Request request, Response response, long time) {
      adapter.log(request, response, time);
    }

    @Override
    public void checkRecycled(Request request, Response response) {
      adapter.checkRecycled(request, response);
    }

    @Override
    public String getDomain() {
      return adapter.getDomain();
    }
  }
}
