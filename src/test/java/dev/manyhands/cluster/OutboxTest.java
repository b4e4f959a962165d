package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final ScriptedPost post = new ScriptedPost();
  private final HeardNodes nodes = new HeardNodes("worker-1");
  private final Outbox outbox = new Outbox(post, nodes);

  @Test
  void whatTheBrokerMayNotHaveIsSentAgain() {
    post.next(Post.Fate.UNKNOWN, Post.Fate.UNKNOWN);

    assertThat(outbox.deliver("owner-1", new byte[1])).isTrue();
    assertThat(post.tries()).isEqualTo(3);
  }

  @Test
  void aLivingOwnerWhoseQueueIsGoneMakesItAgain() {
    nodes.heard(new Announcement("owner-1", List.of("api"), Map.of(), List.of(), false), 0);
    post.next(Post.Fate.REFUSED, Post.Fate.REFUSED);

    assertThat(outbox.deliver("owner-1", new byte[1])).isTrue();
    assertThat(post.awaitKept(1).queue()).isEqualTo("manyhands.owner.owner-1");
  }

  /// Each piece on its own would find out that the owner is gone, which takes its time, and what
  /// other owners wait for stands behind it.
  @Test
  void ofAnOwnerThatIsGoneNoMorePiecesAreTried() {
    Post.Fate[] refused = new Post.Fate[8];
    Arrays.fill(refused, Post.Fate.REFUSED);
    post.next(refused);
    Outbox hasty = new Outbox(post, nodes, Duration.ofMillis(1));

    assertThat(hasty.deliverInPieces("owner-1", "f".repeat(32), 0, new byte[40], 10)).isTrue();
    assertThat(post.tries()).isEqualTo(2);
  }

  @Test
  void aStopEndsTheTries() throws InterruptedException {
    Post.Fate[] unknown = new Post.Fate[100];
    Arrays.fill(unknown, Post.Fate.UNKNOWN);
    post.next(unknown);
    AtomicBoolean delivered = new AtomicBoolean(true);
    Thread sender =
        Thread.ofPlatform().start(() -> delivered.set(outbox.deliver("owner-1", new byte[1])));
    post.awaitTries(1);
    outbox.close();

    assertThat(sender.join(Wait.LIMIT)).isTrue();
    assertThat(delivered).isFalse();
  }

  @Test
  void pastItsRoomWorkersWait() {
    outbox.enter(60 << 20);
    CountDownLatch entered = new CountDownLatch(1);
    Thread next =
        Thread.ofPlatform()
            .start(() -> {
              outbox.enter(8 << 20);
              entered.countDown();
            });
    Wait.untilSeen("a worker that waits", () -> next.getState() == Thread.State.WAITING);
    outbox.leave(60 << 20);

    Wait.until(entered, "room");
    assertThat(entered.getCount()).isZero();
  }

  @Test
  void whatAloneIsTooLargeForItGoesByItself() {
    outbox.enter(100 << 20);
    outbox.leave(100 << 20);

    assertThat(outbox.deliver("owner-1", new byte[1])).isTrue();
  }
}
