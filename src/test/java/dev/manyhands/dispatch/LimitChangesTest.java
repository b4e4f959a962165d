package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.dispatch.LimitChanges.Entry;
import dev.manyhands.job.Gates;
import dev.manyhands.job.Job;
import dev.manyhands.job.Limit;
import dev.manyhands.job.LimitUse;
import dev.manyhands.store.Change;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Named limits that come along with jobs which are not to be.
class LimitChangesTest {
  private static final Limit LOCK = new Limit("lock", 1, null);

  private final ScriptedDispatch dispatch = new ScriptedDispatch();
  private final ScriptedStore store = dispatch.store;
  private final LimitBook book = dispatch.limits;
  private final LimitChanges changes =
      new LimitChanges(book, new Commits(dispatch.writer, new Backlog(1)), dispatch.capacity);

  @AfterEach
  void close() {
    dispatch.close();
  }

  private static Job naming() {
    Job job = Jobs.order(1).job();
    Gates gates = new Gates(null, null, null, List.of(new LimitUse("lock", 1, null)));
    return new Job(
        job.id(),
        job.caller(),
        job.spec().gated(gates),
        job.standing(),
        job.counts(),
        job.timeline());
  }

  private Job accepted() {
    Job job = naming();
    try (Entry entry = changes.enter(job)) {
      entry.accepted();
    }
    return job;
  }

  private void takeBack(Job job) {
    book.leave(job);
    changes.takeBack(job);
  }

  @Test
  void whatARefusedJobNamedGoesWithItIfItsMakerHasGone() {
    Job maker = accepted();
    Entry refused = changes.enter(naming());
    takeBack(maker);
    assertThat(book.all()).containsExactly(LOCK);
    store.script.add(ScriptedStore::takesAll);

    refused.close();

    assertThat(book.all()).isEmpty();
    assertThat(store.commits).containsExactly(List.of(new Change.RemoveLimit("lock")));
  }

  @Test
  void whatAnAcceptedJobNamesStaysThoughItsMakerHasGone() {
    Job maker = accepted();
    Entry refused = changes.enter(naming());
    Job other = naming();
    Entry entered = changes.enter(other);
    takeBack(maker);
    entered.accepted();
    entered.close();
    book.leave(other);
    refused.close();

    assertThat(book.all()).containsExactly(LOCK);
    assertThat(store.commits).isEmpty();
  }

  @Test
  void whatARefusedJobNamedStaysWithItsMaker() {
    Job maker = accepted();
    changes.enter(naming()).close();
    assertThat(book.all()).containsExactly(LOCK);
    store.script.add(ScriptedStore::takesAll);

    takeBack(maker);

    assertThat(book.all()).isEmpty();
  }
}
