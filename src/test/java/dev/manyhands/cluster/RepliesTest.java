package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Chunk;
import dev.manyhands.testkit.Wait;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What a worker node tells the owner of one chunk.
class RepliesTest {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<byte[]> sent = Collections.synchronizedList(new ArrayList<>());

  private Replies replies(Post post) {
    Outbox outbox = new Outbox(post, new HeardNodes("worker-1"));
    return new Replies("a", "owner-1", "worker-1", 1000, outbox, ended::countDown);
  }

  /// Loses its first message in a way that none does.
  private final class BrokenPost implements Post {
    @Override
    public synchronized Fate send(String queue, byte[] body) {
      sent.add(body);
      if (sent.size() == 1) {
        throw new AssertionError("a post that is broken on purpose");
      }
      return Fate.KEPT;
    }

    @Override
    public boolean tellAll(byte[] body) {
      throw new UnsupportedOperationException("nothing is told to all");
    }
  }

  /// By the end the owner would be told that what it has not heard of was not started.
  @Test
  void aChunkOfWhichAnOutcomeIsLostHereEndsWithoutAWord() {
    Replies replies = replies(new BrokenPost());
    Chunk chunk = Chunks.chunk(1, 0, 3, true);
    replies.outcomes(chunk, Chunks.outcomes(0, 1));
    replies.outcomes(chunk, Chunks.outcomes(1, 1));
    replies.ended(chunk);

    Wait.until(ended, "the end of the chunk");
    assertThat(ended.getCount()).isZero();
    assertThat(sent)
        .extracting(body -> OutcomeMessage.read(body).kind())
        .containsExactly(OutcomeMessage.Kind.OUTCOMES, OutcomeMessage.Kind.OUTCOMES);
  }
}
