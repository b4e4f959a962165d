package dev.manyhands.testkit;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.springframework.util.FileSystemUtils;

/// Waiting in tests: for a fact, never for a time, and with one timeout that says what all threads
/// do when it passes.
public final class Wait {
  /// Long enough for a machine that does ten other things; a test that passes never waits so long.
  public static final Duration LIMIT = Duration.ofSeconds(60);

  /// Between the first two looks at a fact that nobody announces.
  private static final long FIRST_LOOK_NANOS = 500_000;

  private static final long LAST_LOOK_NANOS = 10_000_000;

  /// What is waited for needs the core as well, so a look comes when the wait is so much longer.
  private static final int PART = 16;

  private Wait() {}

  /// Waits on the monitor, which whoever changes the fact notifies.
  ///
  /// @param what should be so, for the message
  public static void until(Object monitor, String what, BooleanSupplier fact) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    synchronized (monitor) {
      while (!fact.getAsBoolean()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError("not within " + LIMIT + ": " + what + "\n" + threads());
        }
        try {
          monitor.wait(left);
        } catch (InterruptedException e) {
          throw new AssertionError("interrupted while waiting: " + what, e);
        }
      }
    }
  }

  public static void until(CountDownLatch latch, String what) {
    try {
      if (!latch.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("not within " + LIMIT + ": " + what + "\n" + threads());
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting: " + what, e);
    }
  }

  /// For facts that nobody announces, such as the end of a process: looks again and again.
  public static void untilSeen(String what, BooleanSupplier fact) {
    untilSeen(LIMIT, what, fact);
  }

  /// The same for facts that have to be so within a time.
  public static void untilSeen(Duration limit, String what, BooleanSupplier fact) {
    try {
      look(limit, fact::getAsBoolean, seen -> seen, _ -> what + "\n" + threads());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e); // none of a fact's
    }
  }

  /// Asks another process until it answers as wanted.
  public static <T> T untilAnswered(
      Duration limit, String what, Callable<T> asked, Predicate<T> wanted) throws Exception {
    return look(limit, asked, wanted, answer -> what + "; " + answer);
  }

  private static <T> T look(
      Duration limit, Callable<T> asked, Predicate<T> wanted, Function<T, String> what)
      throws Exception {
    long begun = System.nanoTime();
    while (true) {
      long waited = System.nanoTime() - begun; // before the look: this thread may stand still after
      T answer = asked.call();
      if (wanted.test(answer)) {
        return answer;
      }
      if (waited > limit.toNanos()) {
        throw new AssertionError("not within " + limit + ": " + what.apply(answer));
      }
      LockSupport.parkNanos(Math.clamp(waited / PART, FIRST_LOOK_NANOS, LAST_LOOK_NANOS));
      if (Thread.interrupted()) {
        throw new AssertionError("interrupted while waiting: " + what.apply(answer));
      }
    }
  }

  /// Virtual ones too, which [Thread#getAllStackTraces] leaves out.
  private static String threads() {
    try {
      Path dump = Files.createTempDirectory("threads").resolve("dump.txt");
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
      String all = Files.readString(dump);
      FileSystemUtils.deleteRecursively(dump.getParent());
      return all;
    } catch (IOException e) {
      return "threads unknown: " + e;
    }
  }
}
