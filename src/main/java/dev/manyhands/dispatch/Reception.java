package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import dev.manyhands.store.Change;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A submission whose inputs run while others of them still arrive.
///
/// With its first block it becomes a job that receives; one that ends before its first block is
/// full, and has not paused, becomes a job in one commit with all of its inputs. Used by one thread
/// at a time.
public final class Reception implements AutoCloseable {
  private final Submissions submissions;
  private final Running running;
  private final JobId id;
  private final JobSpec spec;
  private final boolean open;
  private final Change.@Nullable Once once;
  private final Sent sent = new Sent();

  private @Nullable LiveJob job;

  /// Who reads what its sender sends.
  private @Nullable Runnable reader;

  /// Inputs that the job was made with.
  private int begun;

  private boolean ended;
  private boolean wrong;

  Reception(
      Submissions submissions,
      Running running,
      JobId id,
      JobSpec spec,
      boolean open,
      Change.@Nullable Once once) {
    this.submissions = submissions;
    this.running = running;
    this.id = id;
    this.spec = spec;
    this.open = open;
    this.once = once;
  }

  /// Takes the next inputs; waits while the job has far more than it has run.
  ///
  /// @throws Refused if it cannot be accepted, or was cancelled meanwhile
  public void add(InputBlock block) {
    LiveJob live = job;
    if (live == null) {
      begin(Optional.of(block));
    } else if (live.inflow != null) {
      sent.send(live.inflow, block.inputs());
    }
  }

  private LiveJob begin(Optional<InputBlock> first) {
    Starts starts = new Starts();
    first.ifPresent(starts::add);
    submissions.accept(id, new Submitted(spec, true, open, once), first.stream().toList(), starts);
    LiveJob live = running.get(id);
    if (live == null) {
      throw new IllegalStateException("a job that receives and is not live: " + id);
    }
    job = live;
    begun = starts.total();
    watch();
    return live;
  }

  /// All inputs came.
  ///
  /// @param last those that [#add] did not get
  /// @param fingerprint of what was sent, for its idempotency key
  /// @return the job, committed with all of its inputs
  /// @throws Refused if it cannot be accepted
  public Job end(Optional<InputBlock> last, byte @Nullable [] fingerprint) {
    Change.Once whole = once == null ? null : new Change.Once(once.key(), fingerprint);
    LiveJob live = job;
    if (live == null && !open) {
      return accept(last.orElseThrow(Reception::noInputs), whole);
    }
    if (live == null) {
      live = begin(last);
    } else {
      last.ifPresent(this::add);
    }
    sent.await();
    if (whole != null) {
      submissions.end(id, whole);
    }
    Job now = open ? live.job() : submissions.seal(live);
    ended = true;
    return now;
  }

  private Job accept(InputBlock only, Change.@Nullable Once whole) {
    Starts starts = new Starts();
    starts.add(only);
    Submitted submitted = new Submitted(spec, false, false, whole);
    Job accepted = submissions.accept(id, submitted, List.of(only), starts);
    ended = true;
    return accepted;
  }

  private static Refused noInputs() {
    String detail = "expected at least one input in the lines after the first, got none";
    return new Refused(new Refusal.InvalidBody(detail, List.of(new Mistake("/inputs", detail))));
  }

  /// Its sender broke off, or was made to: an open job is there and keeps what came, once that is
  /// committed.
  ///
  /// @param last those that [#add] did not get
  /// @return how many inputs the job keeps of this request; none if nothing remains
  public OptionalInt keep(Optional<InputBlock> last) {
    if (!open || wrong) {
      return OptionalInt.empty();
    }
    try {
      if (job == null) {
        begin(last); // it broke off before anything was handed on
      } else {
        last.ifPresent(this::add);
      }
    } catch (Refused noMore) {
      // What was taken before stays.
    }
    return job == null ? OptionalInt.empty() : OptionalInt.of(begun + sent.kept().count());
  }

  /// @param told runs once when the job that it has become takes nothing more, but for its own end
  public void whenClosed(Runnable told) {
    reader = told;
    watch();
  }

  private void watch() {
    if (job != null && job.inflow != null && reader != null) {
      job.inflow.whenClosed(reader);
    }
  }

  /// It is not told any more.
  public void forget() {
    if (job != null && job.inflow != null && reader != null) {
      job.inflow.forget(reader);
    }
    reader = null;
  }

  /// Why the job that it has become takes nothing more; none: it does.
  public Optional<Refusal> closed() {
    return job == null || job.inflow == null ? Optional.empty() : job.inflow.closed();
  }

  public JobId id() {
    return id;
  }

  /// What came is wrong, so no job is to come of it, not even an open one.
  public void refuse() {
    wrong = true;
  }

  /// If it has not come to its end, its sender broke off: what came of it goes, unless it is open.
  @Override
  public void close() {
    LiveJob live = job;
    if (live != null && !ended && (wrong || !open)) {
      submissions.abandon(live);
    }
  }
}
