package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.LimitUse;
import dev.manyhands.json.KeyReader;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at inputs for the keys of their limits, beside the scheduler: a block may have to be read
/// from the disk. At most one look a job is under way.
final class Looker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Looker.class);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// Told the keys, one list a task.
  interface Asker {
    void looked(JobId job, int first, List<List<String>> keys);
  }

  private final InputCache inputs;
  private final LiveJobs live;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// Holds no thread meanwhile; a service that has stopped takes nothing from it.
  private final Executor later =
      CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, threads);

  Looker(InputCache inputs, LiveJobs live) {
    this.inputs = inputs;
    this.live = live;
  }

  /// Returns at once.
  void look(Action.Look look, Asker asker) {
    threads.execute(() -> lookUntilSeen(look, asker));
  }

  /// As often as it takes: a store that cannot be read now can be later, and nothing is lost
  /// meanwhile.
  private void lookUntilSeen(Action.Look look, Asker asker) {
    JobId job = look.order().job().id();
    if (live.get(job) == null) {
      return;
    }
    try {
      asker.looked(job, look.first(), keys(look));
    } catch (RuntimeException | Error e) {
      log.warn("The keys of {} could not be read, tried again in {}: {}", job, PAUSE, e + "");
      later.execute(() -> lookUntilSeen(look, asker));
    }
  }

  private List<List<String>> keys(Action.Look look) {
    Order order = look.order();
    JsonLines lines = inputs.look(order.job().id(), look.block(), look.first(), look.count());
    List<String> pointers =
        order.job().spec().gates().limits().stream()
            .map(LimitUse::key)
            .filter(Objects::nonNull)
            .toList();
    return new KeyReader(pointers).read(lines);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
