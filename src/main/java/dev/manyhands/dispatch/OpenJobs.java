package dev.manyhands.dispatch;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;

/// What senders can do with jobs that receive after the request that made them: add inputs, and
/// seal them. Every method may be called by any thread and may wait for the store; a request that
/// can't be met throws [Refused].
public final class OpenJobs {
  private final Admission admission;
  private final JobService jobs;
  private final Running running;
  private final Submissions submissions;

  OpenJobs(Admission admission, JobService jobs, Running running, Submissions submissions) {
    this.admission = admission;
    this.jobs = jobs;
    this.running = running;
    this.submissions = submissions;
  }

  /// Begins to add inputs to an open job.
  public Addition addition(JobId id) {
    LiveJob live = running.get(id);
    Inflow inflow = live == null ? null : live.inflow;
    if (live != null && live.isFed()) {
      throw notReceiving(id + " takes its inputs from the jobs that it depends on");
    }
    if (live == null || inflow == null || !live.open) {
      Job job = live == null ? jobs.ended(id) : live.job();
      boolean busy = job.state() == JobState.RECEIVING;
      throw notReceiving(
          busy
              ? id + " takes its inputs from the request that made it, since that did not say open"
              : "expected an open job, " + id + " is " + job.state().word());
    }
    admission.refuseIfStoredBytesAreMany();
    return new Addition(inflow);
  }

  /// An open job gets no more inputs; one that has all of its inputs stays as it is. When this
  /// returns it is committed.
  public Job seal(JobId id) {
    LiveJob live = running.get(id);
    if (live == null) {
      return jobs.ended(id);
    }
    if (live.inflow != null && !live.open && live.job().state() == JobState.RECEIVING) {
      throw notReceiving(
          id + " is sealed by the request that made it, since that did not say open");
    }
    if (live.isFed() && live.job().state() == JobState.RECEIVING) {
      throw notReceiving(id + " is sealed when it has the values of the jobs that it depends on");
    }
    return live.inflow == null ? live.job() : submissions.seal(live);
  }

  private static Refused notReceiving(String detail) {
    return new Refused(new Refusal.Conflict("job-not-receiving", detail));
  }
}
