package dev.manyhands.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a started service prints, and what its start tells by it: the port, and that it is ready.
///
/// One thread reads until the process closes its output; all else may be asked by any thread.
final class ServiceLog {
  private static final Pattern READY = Pattern.compile("Manyhands listens on http://[^:]+:(\\d+);");

  private final CompletableFuture<Integer> readyPort = new CompletableFuture<>();

  @GuardedBy("text")
  private final StringBuilder text = new StringBuilder();

  private final Thread reader;

  ServiceLog(InputStream output) {
    reader = Thread.ofPlatform().daemon().name("service-log").start(() -> read(output));
  }

  /// The port of a ready service.
  ///
  /// @throws IllegalStateException with all that was printed, if it ended instead or took too long
  int awaitReady(Duration patience) throws InterruptedException {
    try {
      return readyPort.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the service ended before it was ready:\n" + this, e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("not ready after " + patience + ":\n" + this, e);
    }
  }

  /// Returns when the process has closed its output and all of it is here.
  void awaitEnd(Duration patience) throws InterruptedException {
    reader.join(patience);
  }

  @Override
  public String toString() {
    synchronized (text) {
      return text.toString();
    }
  }

  private void read(InputStream output) {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(output, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (text) {
          text.append(line).append('\n');
        }
        heed(line);
      }
      readyPort.completeExceptionally(new IOException("end of output"));
    } catch (IOException e) {
      readyPort.completeExceptionally(e);
    }
  }

  private void heed(String line) {
    Matcher ready = READY.matcher(line);
    if (ready.find()) {
      readyPort.complete(Integer.valueOf(ready.group(1)));
    }
  }
}
