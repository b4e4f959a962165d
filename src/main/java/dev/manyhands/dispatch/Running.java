package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The jobs that run here: live for clients and scheduled for workers, both or neither.
final class Running {
  private final LiveJobs live;
  private final Dispatcher dispatcher;
  private final InputCache inputs;
  private final List<JobListener> listeners;

  private volatile boolean closed;

  Running(LiveJobs live, Dispatcher dispatcher, InputCache inputs, List<JobListener> listeners) {
    this.live = live;
    this.dispatcher = dispatcher;
    this.inputs = inputs;
    this.listeners = List.copyOf(listeners);
  }

  int size() {
    return live.size();
  }

  boolean isClosed() {
    return closed;
  }

  /// Takes no more jobs.
  void close() {
    closed = true;
  }

  /// Runs a job that is committed.
  ///
  /// @param known blocks of its inputs that are at hand
  void run(Order order, long epoch, List<InputBlock> known, long inputBytes) {
    Job job = order.job();
    known.forEach(block -> inputs.offer(job.id(), block));
    live.add(new LiveJob(order, epoch));
    listeners.forEach(listener -> listener.accepted(job, inputBytes));
    dispatcher.accept(order);
  }

  @Nullable LiveJob get(JobId id) {
    return live.get(id);
  }

  void cancel(LiveJob job, boolean kill) {
    job.cancelling();
    dispatcher.cancel(job, kill);
  }
}
