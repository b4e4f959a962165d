package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.pool.PoolKind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

/// What a node that owns jobs hears of nodes of its own version and of another one.
class EventsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ScriptedPost post = new ScriptedPost();
  private final HeardNodes nodes = new HeardNodes("owner-1");
  private final WrittenSink sink = new WrittenSink();
  private final BrokerPool.Shared shared =
      new BrokerPool.Shared("owner-1", Chunks.SETTINGS, nodes, post);
  private final BrokerPool pool = new BrokerPool("threads", PoolKind.THREADS, shared);
  private final Dropped dropped = new Dropped(meters);
  private final Events events =
      new Events(
          leaving -> new Announcement("owner-1", List.of("api"), Map.of(), List.of(), leaving),
          Chunks.SETTINGS,
          nodes,
          post,
          List.of(new Owner(List.of(pool), dropped, shared, new Assembly(PieceFile::open))),
          dropped);
  private byte[] chunk = {};

  @BeforeEach
  void aChunkIsOut() {
    hear(
        new Announcement("worker-1", List.of("worker"), Map.of("threads", 1), List.of(), false)
            .write());
    assertThat(pool.offer(Chunks.chunk(1, 0, 2, false), sink)).isTrue();
    chunk = post.awaitKept(1).body();
  }

  private void hear(byte[] body) {
    events.heard(new Message(body));
  }

  private static byte[] newer(byte[] body) {
    byte[] newer = body.clone();
    newer[0]++;
    return newer;
  }

  /// When nodes that have the chunk would have said so.
  private static long later() {
    return System.nanoTime() + Duration.ofSeconds(30).toNanos();
  }

  private void bury(byte[] body) {
    MessageProperties properties = new MessageProperties();
    properties.setHeader("x-first-death-reason", "delivery_limit");
    events.dead(new Message(body, properties));
  }

  @Test
  void aDeadLetterReachesItsOwner() {
    bury(chunk);
    hear(post.told().getFirst());

    pool.tick(false, later());
    assertThat(sink.heard()).containsExactly("lost 0+2");
  }

  @Test
  void aDeadLetterReachesItsOwnerThroughANodeOfAnotherVersion() {
    bury(newer(chunk));
    hear(newer(post.told().getFirst()));

    pool.tick(false, later());
    assertThat(sink.heard()).containsExactly("lost 0+2");
    assertThat(meters.get("manyhands.cluster.dropped").tag("reason", "version").counter().count())
        .isEqualTo(1);
  }

  @Test
  void whatIsNoChunkIsNobodysDeadLetter() {
    bury(newer(OutcomeMessage.of("f".repeat(32), OutcomeMessage.Kind.END).write()));

    assertThat(post.told()).isEmpty();
  }

  @Test
  void aNodeOfAnotherVersionIsKnownAndItsWorkersDoNotCount() {
    Announcement said =
        new Announcement("worker-2", List.of("worker"), Map.of("threads", 4), List.of(), false);
    long before = System.nanoTime();
    hear(newer(said.write()));

    assertThat(nodes.slots("threads")).isEqualTo(1);
    assertThat(nodes.otherVersion(Chunks.SETTINGS.patience(), before)).hasValue(2);
  }
}
