package dev.manyhands.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The operating system's lookup on threads of its own: it blocks a thread for as long as it likes
/// and heeds no interrupt, and the few threads that carry virtual ones are not to be spent on that.
final class SystemLookup implements Lookup {
  /// Lookups at once: a slow name server must not hold up those of others for long.
  private static final int THREADS = 16;

  /// Lookups that wait for a thread; each belongs to a task that waits, so there are seldom more.
  private static final int MAX_WAITING = 10_000;

  private final long waitNanos;
  private final ThreadPoolExecutor threads;

  /// @param waitNanos the longest that one lookup may take
  SystemLookup(long waitNanos) {
    this.waitNanos = waitNanos;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().name("lookup-", 1).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public InetAddress[] addresses(String host) throws UnknownHostException {
    Future<InetAddress[]> found;
    try {
      found = threads.submit(() -> InetAddress.getAllByName(host));
    } catch (RejectedExecutionException e) {
      throw new UnknownHostException(host + ": too many lookups wait, or the service ends");
    }
    try {
      return found.get(waitNanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof UnknownHostException unknown
          ? unknown
          : new UnknownHostException(host + ": " + e.getCause());
    } catch (TimeoutException | CancellationException e) {
      throw new UnknownHostException(host + ": the lookup did not end in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException(host + ": the lookup was interrupted");
    } finally {
      found.cancel(false);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
