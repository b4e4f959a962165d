package dev.manyhands.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.sql.SQLException;
import java.util.Random;
import java.util.Set;

/// Reports now and then that a commit has timed out: one half of these have taken place, the other
/// half have not.
///
/// Not at the start, which may fail and is then tried again by whoever starts services.
final class Flaky implements CommitFault {
  private static final Set<String> OF_THE_START =
      Set.of(Writes.CLAIM, Writes.MIGRATION, Writes.ENTER, Writes.DUTY);

  private final double rate;

  @GuardedBy("this")
  private final Random random;

  private Flaky(double rate, long seed) {
    this.rate = rate;
    this.random = new Random(seed);
  }

  /// @param text rate and seed, such as `0.05@17`
  static Flaky parse(String text) {
    String[] words = text.split("@", -1);
    return new Flaky(Double.parseDouble(words[0]), Long.parseLong(words[1]));
  }

  @Override
  public void before(String write) throws SQLException {
    timeOut(write, "before");
  }

  @Override
  public void after(String write) throws SQLException {
    timeOut(write, "after");
  }

  private synchronized void timeOut(String write, String place) throws SQLException {
    if (!OF_THE_START.contains(write) && random.nextDouble() < rate / 2) {
      throw new SQLException("timed out " + place + " the commit of " + write);
    }
  }
}
