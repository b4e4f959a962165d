package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.LimitUse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookerTest {
  private final ScriptedStore store = new ScriptedStore();
  private final LiveJobs live = new LiveJobs(new LimitBook());
  private final AtomicReference<@Nullable Throwable> trouble = new AtomicReference<>();
  private final Order order =
      Jobs.limited(Jobs.order(1), "threads", List.of(new LimitUse("host", 1, "/host")));

  @ParameterizedTest
  @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class})
  void whatCannotBeReadNowIsReadLater(Class<? extends Throwable> fault) throws Exception {
    store.inputs.put(0, new InputBlock(0, JsonLines.of("{\"host\":\"a\"}\n")));
    live.add(new LiveJob(order, 1, null, false, new TailRoom(TailRoom.MAX_BYTES)));
    trouble.set(fault.getConstructor().newInstance());
    InputCache inputs = new InputCache(WatchedStore.of(store, (_, _) -> failOnce()), 1000);

    CompletableFuture<List<List<String>>> seen = new CompletableFuture<>();
    try (Looker looker = new Looker(inputs, live)) {
      looker.look(new Action.Look(order, 0, 0, 1), (_, _, keys) -> seen.complete(keys));

      assertThat(seen.get(20, TimeUnit.SECONDS)).hasSize(1);
    }
  }

  private void failOnce() {
    switch (trouble.getAndSet(null)) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {
        // It reads.
      }
    }
  }
}
