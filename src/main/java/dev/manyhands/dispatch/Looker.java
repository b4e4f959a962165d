package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.LimitUse;
import dev.manyhands.json.KeyReader;
import java.util.List;
import java.util.Objects;

/// Looks at inputs for the keys of their limits, beside the scheduler: a block may have to be read
/// from the disk. At most one look a job is under way.
final class Looker implements AutoCloseable {
  /// Told the keys, one list a task.
  interface Asker {
    void looked(JobId job, int first, List<List<String>> keys);
  }

  private final InputCache inputs;
  private final LiveJobs live;
  private final Errands errands;

  Looker(InputCache inputs, LiveJobs live) {
    this.inputs = inputs;
    this.live = live;
    this.errands = new Errands(live, "the keys of its limits");
  }

  /// Returns at once. Looks as often as it takes: a store that cannot be read now can be later, and
  /// nothing is lost meanwhile.
  void look(Action.Look look, Asker asker) {
    JobId id = look.order().job().id();
    LiveJob job = live.get(id);
    if (job != null) {
      errands.send(job, () -> asker.looked(id, look.first(), keys(look)));
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
    errands.close();
  }
}
