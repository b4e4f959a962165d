package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.ScriptedPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How long a chunk keeps its worker while those of other owners wait.
class StaysTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /// It has two workers.
  private final ScriptedPool pool = new ScriptedPool();

  private final HeldChunks held = new HeldChunks();
  private final Stays stays = new Stays(held);

  private void begin(long number, boolean canBeCut, long atSecond) {
    Outbox outbox = new Outbox(new ScriptedPost(), new HeardNodes("worker-1"));
    String token = "t" + number;
    Replies replies = new Replies(token, "owner-1", "worker-1", 1000, outbox, () -> {});
    Held one = new Held(pool, number, false, replies, new ScriptedDelivery(false));
    held.add(token, one);
    one.begun(canBeCut, atSecond * SECOND);
  }

  private void look(int waiting, long atSecond) {
    stays.look(pool, () -> waiting, atSecond * SECOND);
  }

  @Test
  void thoseThatHadTheirTurnMakeWayTheOldestFirstAndAreToldOnce() {
    begin(8, true, 10);
    begin(7, true, 10);
    look(2, 11);
    assertThat(pool.cuts()).as("their turn lasts").isEmpty();
    look(0, 12);
    assertThat(pool.cuts()).as("nobody waits").isEmpty();

    look(1, 12);
    assertThat(pool.cuts()).containsExactly(7L);
    look(1, 12);
    look(2, 13);
    assertThat(pool.cuts()).containsExactly(7L, 8L);
  }

  @Test
  void aSingleTaskIsNotCut() {
    begin(1, false, 10);
    begin(2, true, 10);
    look(2, 20);

    assertThat(pool.cuts()).containsExactly(2L);
  }

  @Test
  void whereAWorkerIsFreeNobodyIsAsked() {
    begin(1, true, 10);
    stays.look(
        pool,
        () -> {
          throw new AssertionError("whoever waits gets the other worker");
        },
        20 * SECOND);

    assertThat(pool.cuts()).isEmpty();
  }
}
