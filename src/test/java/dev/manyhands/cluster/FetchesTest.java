package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.JsonLines;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.amqp.core.Message;

/// What a worker node asks for over a way that is slower than it would like.
@Timeout(180)
class FetchesTest {
  private static final Duration LOOK = Duration.ofMillis(40);
  private static final JsonLines INPUT = JsonLines.of("x".repeat(29) + "\n");
  private static final int PIECE = 10;

  private final Asked asked = new Asked();
  private final HeardNodes nodes = new HeardNodes("worker-1");
  private final AtomicBoolean gaveUp = new AtomicBoolean();
  private final Fetches fetches =
      new Fetches(nodes, new Outbox(asked, nodes), new Dropped(new SimpleMeterRegistry()), LOOK);

  /// What was asked for, and when; and what happens as a question goes out, before it is waited
  /// for.
  private static final class Asked implements Post {
    private final List<Want> wants = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private final Map<Integer, Consumer<Want>> deeds = new HashMap<>();

    @Override
    public synchronized Fate send(String queue, byte[] body) {
      times.add(System.nanoTime());
      Want want = Want.of(Parts.read(body, OutcomeMessage.PARTS)).orElseThrow();
      wants.add(want);
      deeds.getOrDefault(wants.size(), _ -> {}).accept(want);
      return Fate.KEPT;
    }

    /// @param n which question it is, from 1
    synchronized void at(int n, Consumer<Want> deed) {
      deeds.put(n, deed);
    }

    @Override
    public boolean tellAll(byte[] body) {
      throw new UnsupportedOperationException("nothing is told to all");
    }

    synchronized List<Integer> places() {
      return wants.stream().map(Want::at).toList();
    }

    /// How many looks passed between a question and the next one.
    synchronized double looks(int n) {
      return (times.get(n) - times.get(n - 1)) / (double) LOOK.toNanos();
    }

    synchronized int count() {
      return wants.size();
    }
  }

  private CompletableFuture<Optional<JsonLines>> fetch() {
    CompletableFuture<Optional<JsonLines>> fetched = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            fetched.complete(fetches.fetch("owner-1", "a", INPUT.length(), gaveUp::get));
          } catch (InterruptedException | RuntimeException e) {
            fetched.completeExceptionally(e);
          }
        });
    return fetched;
  }

  private void give(Want want) {
    fetches.arrived(new Message(Piece.of("a", INPUT, want.at(), PIECE).write()));
  }

  @Test
  void whatIsSlowIsAskedForEverMoreSeldomAndTakenWheneverItComes() {
    nodes.heard(new Announcement("owner-1", List.of("api"), Map.of(), List.of(), false), 0);
    asked.at(4, this::give);
    asked.at(6, this::give);
    asked.at(7, this::give);

    assertThat(fetch().join())
        .hasValueSatisfying(one -> assertThat(one).hasToString(INPUT.toString()));

    assertThat(asked.places()).containsExactly(0, 0, 0, 0, PIECE, PIECE, 2 * PIECE);
    assertThat(asked.looks(1)).isGreaterThanOrEqualTo(1);
    assertThat(asked.looks(2)).isGreaterThanOrEqualTo(2);
    assertThat(asked.looks(3)).isGreaterThanOrEqualTo(4);
    assertThat(asked.looks(5)).as("the way is no faster now").isGreaterThanOrEqualTo(8);
  }

  @Test
  void whoeverGivesUpMeanwhileWaitsForNothing() {
    nodes.heard(new Announcement("owner-1", List.of("api"), Map.of(), List.of(), false), 0);
    asked.at(5, _ -> gaveUp.set(true));

    assertThat(fetch().join()).isEmpty();
    assertThat(asked.count()).as("it was not asked for again").isEqualTo(5);
  }

  @Test
  void anOwnerThatIsGoneIsAskedNoMore() {
    assertThat(fetch().join()).isEmpty();
    // After 1, 2, 4 and 8 looks it would have been the fifth time, after 10 it was given up.
    assertThat(asked.count()).isEqualTo(4);
  }
}
