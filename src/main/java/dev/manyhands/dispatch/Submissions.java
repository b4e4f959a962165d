package dev.manyhands.dispatch;

import dev.manyhands.job.Counts;
import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Gates;
import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobIds;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.store.Change;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way in: a job is committed and synced before anybody hears of it, and only then scheduled;
/// but a small one whose sender waits for its end runs at once, and is committed with its results.
final class Submissions {
  private static final Logger log = LoggerFactory.getLogger(Submissions.class);

  private static final int RETRY_SECONDS = 5;

  /// Inputs of a job that runs before it is committed: they are held in memory till then.
  private static final int MOST_AHEAD_BYTES = 16 * 1024;

  /// The caller of every job, as long as there is one key.
  static final String CALLER = "admin";

  private final Admission admission;
  private final Placing placing;
  private final Commits commits;
  private final Running running;
  private final LimitChanges limits;
  private final Handover handover;
  private final DispatchSettings settings;
  private final InstantSource clock;
  private final JobIds ids;

  Submissions(
      Admission admission,
      Placing placing,
      Commits commits,
      Running running,
      LimitChanges limits,
      Handover handover,
      DispatchSettings settings,
      InstantSource clock) {
    this.admission = admission;
    this.placing = placing;
    this.commits = commits;
    this.running = running;
    this.limits = limits;
    this.handover = handover;
    this.settings = settings;
    this.clock = clock;
    this.ids = new JobIds(clock);
  }

  Intake open() {
    admission.refuseIfFull();
    return new Intake(this, ids.next());
  }

  Reception receive(JobSpec spec, boolean open, Change.@Nullable Once once) {
    admission.refuseIfFull();
    placing.place(spec.work(), spec.placement().pool());
    return new Reception(this, running, ids.next(), spec, open, once);
  }

  void stage(JobId id, List<InputBlock> blocks, int bytes) {
    commits.write(new Change.Stage(id, blocks), bytes, () -> {});
    running.expect(id, blocks);
  }

  void discard(JobId id) {
    running.forget(id);
    commits.write(new Change.Discard(id), 0, () -> {});
  }

  /// Makes it a job.
  ///
  /// @param last blocks that are not staged
  /// @param inputs all that came, staged or not
  Job accept(JobId id, Submitted submitted, List<InputBlock> last, Starts inputs) {
    admission.refuseIfFull(inputs.bytes());
    JobSpec spec = submitted.spec();
    if (handover.isNeededFor(submitted)) {
      running.forget(id);
      return handover.give(id, submitted, last, inputs);
    }
    IntFunction<String> pointers =
        function ->
            spec.work().isMixed()
                ? "/tasks/" + inputs.firstOf(function) + "/function"
                : submitted.functionAt();
    String pool = placing.place(spec.work(), spec.placement().pool(), pointers).name();
    placing.refuseUnreachable(spec.keeping().webhooks());
    refuseIfLate(spec.gates().deadline());
    refuseIfMissing(spec.gates().dependsOn());
    JobSpec placed =
        spec.at(spec.placement().in(pool)).kept(spec.keeping().orKeptFor(settings.keptFor()));
    // A job that takes the values of others receives them as an open one does.
    boolean open = submitted.open() || isFed(spec);
    boolean receives = submitted.receives() || open;
    Job job =
        new Job(
            id,
            CALLER,
            placed,
            Standing.of(receives ? JobState.RECEIVING : JobState.QUEUED),
            Counts.none(inputs.total()),
            Timeline.created(clock.instant()));
    Order order = new Order(job, pool, inputs.toBlockStarts(), new Ranges());
    Change.Accept change = new Change.Accept(job, last, open, submitted.once());
    if (submitted.mayRunAhead() && isSmall(inputs, last)) {
      try (LiveJobs.Coming _ = running.coming(id)) {
        runAhead(order, change, inputs.bytes());
      }
      return job;
    }
    try (LimitChanges.Entry named = limits.enter(job);
        LiveJobs.Coming _ = running.coming(id)) {
      boolean accepted =
          commits.write(
              change,
              last.stream().mapToLong(InputBlock::bytes).sum(),
              () -> {
                named.accepted();
                running.run(order, 1, last, inputs.bytes(), open);
              });
      if (!accepted) {
        refuseIfMissing(spec.gates().dependsOn());
        throw submitted.once() == null ? notNow() : keyInUse();
      }
    }
    return job;
  }

  /// What has to be so for tasks of an ended job to start again: what has to do with time and with
  /// other jobs is over, and a limit that is there counts as it is now.
  Gates again(Gates gates) {
    return new Gates(null, null, null, limits.asTheyAre(gates.limits()));
  }

  private static Refused notNow() {
    return new Refused(new Refusal.Busy("the job could not be stored now", RETRY_SECONDS));
  }

  /// Another node was quicker: whoever sends it again gets the answer to the first.
  private static Refused keyInUse() {
    return new Refused(
        new Refusal.Conflict(
            "idempotency-key-in-use", "the first request with this Idempotency-Key is under way"));
  }

  /// All its inputs are at hand and stay there.
  private static boolean isSmall(Starts inputs, List<InputBlock> last) {
    return last.size() == 1
        && last.getFirst().count() == inputs.total()
        && inputs.bytes() <= MOST_AHEAD_BYTES;
  }

  /// Nobody but its sender knows of the job before the sender is answered, so it may run before it
  /// is committed. If it can't be committed it is taken back.
  private void runAhead(Order order, Change.Accept change, long bytes) {
    commits.acceptRunning(
        change,
        bytes,
        () -> running.runAhead(order, change.blocks().getFirst(), bytes),
        stored -> running.settle(change.job(), change.blocks().getFirst(), stored));
  }

  private static boolean isFed(JobSpec spec) {
    DependsOn dependsOn = spec.gates().dependsOn();
    return dependsOn != null && dependsOn.inputs() != DependsOn.Inputs.OWN;
  }

  private void refuseIfMissing(@Nullable DependsOn dependsOn) {
    int missing = dependsOn == null ? -1 : running.missing(dependsOn.jobs());
    if (dependsOn != null && missing >= 0) {
      throw new Refused(
          new Refusal.InvalidBody(
              "the job depends on one that is not there",
              List.of(
                  new Refusal.Mistake(
                      "/dependsOn/jobs/" + missing,
                      "expected a job that exists, got: " + dependsOn.jobs().get(missing)))));
    }
  }

  private void refuseIfLate(@Nullable Instant deadline) {
    Instant now = clock.instant();
    if (deadline != null && !deadline.isAfter(now)) {
      throw new Refused(
          new Refusal.InvalidBody(
              "the deadline has passed",
              List.of(
                  new Refusal.Mistake(
                      "/deadline",
                      "expected a time to come, got: " + deadline + ", it is " + now))));
    }
  }

  /// All inputs of a job that receives have come; returns when that is committed.
  Job seal(LiveJob job) {
    running.seal(job);
    try {
      job.sealed.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Refused gone ? gone : e;
    }
    return job.job();
  }

  /// The job was not to be: what arrived of it goes, and the limits that it brought along.
  void abandon(LiveJob job) {
    running.abandon(job);
    if (!job.order.job().spec().gates().limits().isEmpty()) {
      CompletableFuture<Job> _ =
          job.end.whenComplete((_, gone) -> {
            if (gone != null) {
              takeBackLimits(job.order.job());
            }
          });
    }
  }

  /// Not on the thread that tells that the job is gone: that is the writer's.
  private void takeBackLimits(Job job) {
    Thread.ofVirtual()
        .name("limits-taken-back")
        .start(() -> {
          try {
            limits.takeBack(job);
          } catch (RuntimeException e) {
            log.warn("The limits that {} brought along stay until the next start.", job.id(), e);
          }
        });
  }

  /// What its sender was told first; returns when it is committed. Who comes again gets the job as
  /// it stands if it cannot be.
  void keep(IdempotencyKey key, JobId job, byte[] answer) {
    try {
      commits.write(new Change.Answer(job, key, answer), answer.length, () -> {});
    } catch (RuntimeException e) {
      log.warn("The first answer about {} is not kept for who asks again.", job, e);
    }
  }

  /// What a submission was is known now; returns when it is committed.
  void end(JobId job, Change.Once once) {
    commits.write(new Change.Fingerprint(job, once), 0, () -> {});
  }

  /// Removes a job that has ended; false if it is not there, or another one needs it.
  boolean remove(JobId id) {
    return commits.write(new Change.Remove(id), 0, () -> {});
  }
}
