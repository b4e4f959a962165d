package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Reason;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The jobs that run here: live for clients and scheduled for workers, both or neither.
final class Running implements Barrier.Gate {
  /// Of a job that its own node has accepted.
  private static final long FIRST_EPOCH = 1;

  private final LiveJobs live;
  private final Dispatcher dispatcher;
  private final InputCache inputs;
  private final Inflows inflows;
  private final Barrier barrier;
  private final List<JobListener> listeners;
  private final TailRoom tails = new TailRoom(TailRoom.MAX_BYTES);

  private volatile boolean closed;

  Running(
      LiveJobs live,
      Dispatcher dispatcher,
      InputCache inputs,
      Inflows inflows,
      Barrier barrier,
      List<JobListener> listeners) {
    this.live = live;
    this.dispatcher = dispatcher;
    this.inputs = inputs;
    this.inflows = inflows;
    this.barrier = barrier;
    this.listeners = List.copyOf(listeners);
  }

  int size() {
    return live.size();
  }

  /// Of the inputs of all of them.
  long inputBytes() {
    return live.inputBytes();
  }

  boolean isClosed() {
    return closed;
  }

  /// Takes no more jobs.
  void close() {
    closed = true;
  }

  /// Inputs of what will be a job, unless it is refused: they stay at hand as long as there is
  /// room.
  void expect(JobId id, List<InputBlock> blocks) {
    blocks.forEach(block -> inputs.offer(id, block));
  }

  /// It will not be one here.
  void forget(JobId id) {
    inputs.forget(id);
  }

  /// Runs a job that is committed.
  ///
  /// @param known blocks of its inputs that are at hand
  void run(Order order, long epoch, List<InputBlock> known, long inputBytes) {
    run(order, epoch, known, inputBytes, false);
  }

  /// The same.
  ///
  /// @param open whether a job that receives goes on without the request that made it
  /// @return the job as clients see it
  LiveJob run(Order order, long epoch, List<InputBlock> known, long inputBytes, boolean open) {
    Job job = order.job();
    known.forEach(block -> inputs.offer(job.id(), block));
    Inflow inflow =
        job.state() == JobState.RECEIVING ? inflows.of(job, epoch, b -> grown(order, b)) : null;
    LiveJob run = new LiveJob(order, epoch, inflow, open, tails);
    run.inputBytes.set(inputBytes);
    live.add(run);
    listeners.forEach(listener -> listener.accepted(job, inputBytes));
    dispatcher.accept(order);
    if (job.spec().gates().dependsOn() != null) {
      barrier.await(run, this);
    }
    return run;
  }

  /// Runs a job that is on its way to be committed; [#settle] says what became of it.
  void runAhead(Order order, InputBlock inputs, long bytes) {
    this.inputs.hold(order.job().id(), inputs);
    run(order, FIRST_EPOCH, List.of(inputs), bytes);
  }

  /// A job that runs ahead of its commit is committed, or it is not to be.
  void settle(JobId id, InputBlock block, boolean stored) {
    inputs.release(id, block);
    LiveJob job = live.get(id);
    // It may be stored for all that this node knows, and have been taken anew meanwhile.
    if (job != null && job.epoch == FIRST_EPOCH && !stored) {
      job.takenBack(new Refused(new Refusal.NotFound("job", "the job was not stored: " + id)));
      dispatcher.abandon(job);
    }
  }

  /// One that was begun anew since was read with them.
  @SuppressWarnings("ReferenceEquality") // another order may say the same
  private void grown(Order order, List<InputBlock> blocks) {
    JobId id = order.job().id();
    LiveJob job = live.get(id);
    if (job == null || job.order != order) {
      return;
    }
    int[] counts = blocks.stream().mapToInt(InputBlock::count).toArray();
    job.grown(IntStream.of(counts).sum(), inflows.now());
    blocks.forEach(block -> inputs.offer(id, block));
    long bytes = blocks.stream().mapToLong(block -> block.inputs().length()).sum();
    live.grown(job, bytes);
    Mailbox.attempt(() -> listeners.forEach(listener -> listener.grown(job.job(), bytes)));
    dispatcher.grow(job, counts);
  }

  /// The job is another node's, or will be: all of it is forgotten here, and its log stays as it
  /// is.
  void giveUp(LiveJob job) {
    if (live.get(job.id()) != job) {
      return; // given up before, and perhaps this node's again
    }
    dispatcher.giveUp(
        job,
        () -> {
          live.remove(job);
          inputs.forget(job.id());
          job.left();
        });
    if (job.inflow != null) {
      job.inflow.leave();
    }
  }

  /// Gives up what runs here of jobs that were this node's under another name: they are about to
  /// begin anew, at another epoch. Returns when nothing of them is left.
  void giveUpOld(List<JobId> jobs) {
    boolean any = false;
    for (JobId id : jobs) {
      LiveJob old = live.get(id);
      if (old != null) {
        giveUp(old);
        any = true;
      }
    }
    if (any) {
      dispatcher.awaitDone();
    }
  }

  /// Gives up all jobs; returns when nothing of them is handed out any more.
  void giveUpAll() {
    live.all().forEach(this::giveUp);
    dispatcher.awaitDone();
  }

  /// Lets those go who wait for a job: the service stops.
  void releaseWaiters() {
    live.all().forEach(LiveJob::release);
  }

  /// Lets those go on who wait to send inputs into a job, but for the values of other jobs: the
  /// service stops.
  void releaseSenders() {
    for (LiveJob job : live.all()) {
      if (job.inflow != null && !job.isFed()) {
        job.inflow.release();
      }
    }
  }

  /// The job, for who may know of it from the store; see [LiveJobs#find].
  @Nullable LiveJob get(JobId id) {
    return live.find(id);
  }

  /// See [LiveJobs#coming].
  LiveJobs.Coming coming(JobId id) {
    return live.coming(id);
  }

  /// @return completes when it is committed
  CompletableFuture<Void> pause(LiveJob job) {
    return dispatcher.pause(job);
  }

  /// @return completes when it is committed
  CompletableFuture<Void> resume(LiveJob job) {
    return dispatcher.resume(job);
  }

  void cancel(LiveJob job, boolean kill) {
    job.cancelling();
    if (job.inflow == null) {
      dispatcher.cancel(job, kill);
    } else {
      job.inflow.cutOff("was cancelled", () -> dispatcher.cancel(job, kill));
    }
  }

  /// @return completes when what follows at once is committed; false if the task had ended
  CompletableFuture<Boolean> cancelTask(LiveJob job, int index) {
    return dispatcher.cancelTask(job, index);
  }

  @Override
  public void cancel(LiveJob job, Reason why) {
    if (job.inflow == null) {
      dispatcher.cancel(job, why);
    } else {
      job.inflow.cutOff("was cancelled", () -> dispatcher.cancel(job, why));
    }
  }

  @Override
  public void open(LiveJob job) {
    dispatcher.release(job);
  }

  /// Which of these jobs is not there: its place, or -1.
  int missing(List<JobId> jobs) {
    return barrier.missing(jobs);
  }

  /// All inputs of the job have come; [LiveJob#sealed] says when that is committed.
  @Override
  public void seal(LiveJob job) {
    if (job.inflow != null) {
      job.inflow.close("was sealed: it takes no more inputs", () -> dispatcher.seal(job));
    }
  }

  /// Forgets a job that receives, with all of it. One that was cancelled meanwhile stays.
  void abandon(LiveJob job) {
    if (job.inflow != null) {
      job.inflow.cutOffUnlessClosed("was taken back by its sender", () -> dispatcher.abandon(job));
    }
  }
}
