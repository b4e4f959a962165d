package dev.manyhands.dispatch;

import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Selected;
import dev.manyhands.store.Change;
import dev.manyhands.store.JobStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What clients can do with jobs. Every method may be called by any thread and may wait for the
/// store; a request that can't be met throws [Refused].
public final class JobService {
  /// The most bytes of results that are shared by the readers that follow jobs.
  public static final int MAX_FOLLOWED_BYTES = TailRoom.MAX_BYTES;

  /// The most bytes of a job's inputs that have arrived and wait for their commit.
  public static final int MAX_UNCOMMITTED_BYTES = Intake.STAGE_BYTES;

  /// Jobs that get the values of others at once.
  public static final int MAX_FEEDS = Feed.MOST_AT_ONCE;

  /// How long a cancel or a pause waits to be committed.
  private static final Duration CANCEL_WAIT = Duration.ofSeconds(10);

  private final Admission admission;
  private final Submissions submissions;
  private final Running running;
  private final JobStore store;
  private final RecentJobs recent;
  private final Idempotency idempotency;
  private final Retries retries;
  private volatile boolean released;

  JobService(
      Admission admission,
      Submissions submissions,
      Running running,
      JobStore store,
      RecentJobs recent,
      Idempotency idempotency) {
    this.admission = admission;
    this.submissions = submissions;
    this.running = running;
    this.store = store;
    this.recent = recent;
    this.retries = new Retries(store, submissions);
    this.idempotency = idempotency;
  }

  /// Takes an idempotency key for one request.
  ///
  /// @param text as the client sent it: 1 to 255 characters of printable ASCII
  /// @throws Refused if another request has it
  /// @throws IllegalArgumentException if no key can be so
  public KeyClaim claim(String text) {
    return idempotency.claim(new IdempotencyKey(Submissions.CALLER, text));
  }

  /// Keeps what the sender of a submission, or of more inputs, is told first: whoever sends it
  /// again under the key is told the same.
  public void keep(IdempotencyKey key, JobId job, byte[] answer) {
    submissions.keep(key, job, answer);
  }

  /// Makes room in memory for a document that is about to be read. Refused if the service is full
  /// or stopping.
  ///
  /// @param length of its body; negative: unknown
  public Arriving document(long length) {
    return admission.document(length);
  }

  /// The same for a document of inputs that is about to be added to an open job.
  public Arriving added(long length) {
    return admission.added(length);
  }

  /// The same for a body of lines.
  public Arriving lines(long length) {
    return admission.lines(length);
  }

  /// Begins a submission. Refused if the service is full or stopping.
  public Intake intake() {
    return submissions.open();
  }

  /// Begins a submission whose inputs run while others of them still arrive. Refused if the service
  /// is full or stopping.
  ///
  /// @param open whether the job goes on receiving after it
  /// @param key its idempotency key, of which nobody has sent anything
  public Reception reception(JobSpec spec, boolean open, @Nullable IdempotencyKey key) {
    return submissions.receive(spec, open, key == null ? null : new Change.Once(key, null));
  }

  /// The job as it stands.
  public Job job(JobId id) {
    LiveJob live = running.get(id);
    // A job that is not live has ended, and then its end is stored: it leaves only after that.
    return live != null ? live.job() : stored(id);
  }

  private Job stored(JobId id) {
    return recent
        .job(id)
        .or(() -> store.job(id))
        .orElseThrow(() -> new Refused(new Refusal.NotFound("job", "there is no job " + id)));
  }

  /// A job that is not live: it has ended, or is on its way to a node.
  ///
  /// @throws Refused if it has not ended: nothing can be done with it now
  Job ended(JobId id) {
    Job job = stored(id);
    if (!job.state().isTerminal()) {
      throw new Refused(Inflow.ELSEWHERE);
    }
    return job;
  }

  boolean exists(JobId id) {
    return running.get(id) != null || store.job(id).isPresent();
  }

  /// The job when it has ended, or as it stands after `atMost`.
  public Job awaitEnd(JobId id, Duration atMost) {
    LiveJob live = running.get(id);
    if (live == null) {
      return stored(id);
    }
    return await(live.end, atMost, live);
  }

  /// The view of a reader of the job's results; to be closed by it.
  public Follow follow(JobId id) {
    LiveJob live = running.get(id);
    return live != null ? new Follow(this, live, true) : new Follow(this, stored(id));
  }

  /// The view of who only wants to know how far the job is: nothing is committed sooner for it. To
  /// be closed too.
  public Follow watch(JobId id) {
    LiveJob live = running.get(id);
    return live != null ? new Follow(this, live, false) : new Follow(this, stored(id));
  }

  /// The job at this moment.
  public Moment moment(JobId id) {
    LiveJob live = running.get(id);
    return live != null ? live.moment() : Moment.ended(stored(id));
  }

  /// The job when it is one that was asked for or has ended, or as it stands after `atMost`.
  public Moment await(JobId id, Predicate<Job> fact, Duration atMost) {
    LiveJob live = running.get(id);
    if (live == null) {
      return Moment.ended(stored(id));
    }
    return told(
        id, live.await(moment -> released || moment.isLast() || fact.test(moment.job()), atMost));
  }

  /// The job when it has ended, or as it stands after `atMost`. Ten thousand may wait so for a job
  /// that goes on: they are woken when its state is another one, and not by every commit.
  public Moment awaitLast(JobId id, Duration atMost) {
    LiveJob live = running.get(id);
    return live == null
        ? Moment.ended(stored(id))
        : told(id, live.awaitMove(moment -> released || moment.isLast(), atMost));
  }

  private Moment told(JobId id, Moment last) {
    if (last.isElsewhere()) {
      throw new Refused(Inflow.ELSEWHERE);
    }
    return last.removed() ? Moment.ended(stored(id)) : last;
  }

  /// Lets everyone go who waits for a job, who then gets it as it stands: the service stops.
  public void releaseWaiters() {
    released = true;
    running.releaseWaiters();
  }

  /// Lets the senders of inputs go on who wait for room: the service stops, and reads no more of
  /// what they send.
  public void releaseSenders() {
    running.releaseSenders();
  }

  private static Job await(CompletableFuture<?> fact, Duration atMost, LiveJob live) {
    try {
      fact.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return live.job();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Refused gone) {
        throw gone;
      }
      throw new IllegalStateException("what is awaited of a job never fails", e);
    }
    return live.job();
  }

  /// Nothing new of the job starts; with `kill`, what runs is ended too. A job that has ended stays
  /// as it is. When this returns the cancel is committed, unless the store takes nothing at
  /// present.
  public Job cancel(JobId id, boolean kill) {
    LiveJob live = running.get(id);
    if (live == null) {
      return ended(id);
    }
    running.cancel(live, kill);
    return await(live.cancelled, CANCEL_WAIT, live);
  }

  /// Nothing new of the job starts until it is resumed; what runs goes on to its end, and a job
  /// that receives goes on receiving. A paused job stays so. When this returns the pause is
  /// committed, unless the store takes nothing at present.
  public Job pause(JobId id) {
    LiveJob live = active(id);
    Job job = await(running.pause(live), CANCEL_WAIT, live);
    if (!canBeHeld(job)) {
      throw notActive(job);
    }
    return job;
  }

  /// A paused job goes on, and may have ended when this returns; another one stays as it is.
  public Job resume(JobId id) {
    LiveJob live = active(id);
    return await(running.resume(live), CANCEL_WAIT, live);
  }

  private LiveJob active(JobId id) {
    LiveJob live = running.get(id);
    if (live == null) {
      throw notActive(ended(id));
    }
    if (!canBeHeld(live.job())) {
      throw notActive(live.job());
    }
    return live;
  }

  private static Refused notActive(Job job) {
    return new Refused(
        new Refusal.Conflict(
            "job-not-active",
            "expected a job that is receiving, queued, running or paused, "
                + job.id()
                + " is "
                + job.state().word()));
  }

  private static boolean canBeHeld(Job job) {
    return switch (job.state()) {
      case RECEIVING, QUEUED, RUNNING, PAUSED -> true;
      case CANCELLING, SUCCEEDED, FAILED, CANCELLED, EXPIRED -> false;
    };
  }

  /// Forgets a job that has ended, with its inputs and results.
  public void remove(JobId id) {
    Job job = job(id);
    if (!job.state().isTerminal()) {
      throw new Refused(
          new Refusal.Conflict(
              "job-not-ended",
              "expected a job that has ended, "
                  + id
                  + " is "
                  + job.state().word()
                  + ": cancel it first"));
    }
    if (!submissions.remove(id)) {
      refuseIfNeeded(id);
    }
    recent.forget(id);
  }

  /// A new job of some tasks of one that has ended.
  ///
  /// @param once the request's key, with what was sent
  public Job retry(JobId id, Selected selected, Change.@Nullable Once once) {
    Job job = job(id);
    if (!job.state().isTerminal()) {
      throw new Refused(
          new Refusal.Conflict(
              "job-not-ended",
              "expected a job that has ended, " + id + " is " + job.state().word()));
    }
    return retries.retry(job, selected, once);
  }

  private void refuseIfNeeded(JobId id) {
    for (JobId other : store.dependents(id, 1)) {
      throw new Refused(
          new Refusal.Conflict(
              "job-needed", "expected a job that no other needs, " + other + " does"));
    }
  }

  /// Result blocks in order of completion, from the one that holds place `seq` on.
  public List<Logged> byCompletion(JobId id, long seq, int limit) {
    return recent.byCompletion(id, seq, limit).orElseGet(() -> store.byCompletion(id, seq, limit));
  }

  /// A piece of a value that is kept beside the log, as [LargeValue][dev.manyhands.job.LargeValue]
  /// says.
  ///
  /// @throws IllegalStateException if it is not there: the job was removed meanwhile
  public byte[] largeValue(JobId id, int index, int piece) {
    return store
        .largeValue(id, index, piece)
        .orElseThrow(() ->
            new IllegalStateException("no piece " + piece + " of task " + index + " of " + id));
  }

  /// Result blocks in order of index, from the one that holds task `index` on.
  public List<Logged> byIndex(JobId id, int index, int limit) {
    return recent.byIndex(id, index, limit).orElseGet(() -> store.byIndex(id, index, limit));
  }
}
