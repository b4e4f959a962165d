package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.Whereabouts;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import java.time.Duration;
import org.springframework.stereotype.Component;

/// The ends of jobs, on whatever node they run.
@Component
final class Ends {
  private final JobService jobs;
  private final Whereabouts whereabouts;
  private final NodeCalls nodes;

  Ends(JobService jobs, Whereabouts whereabouts, NodeCalls nodes) {
    this.jobs = jobs;
    this.whereabouts = whereabouts;
    this.nodes = nodes;
  }

  /// Whether the end of a job is known without asking another node, with the key of the request.
  boolean areHere(Job job) {
    return job.state().isTerminal() || whereabouts.isHere(job.id());
  }

  /// The job when it has ended, or as it stands after `atMost`.
  Job await(JobId id, Duration atMost) {
    Job job = jobs.awaitEnd(id, atMost);
    if (job.state().isTerminal() || whereabouts.isHere(id)) {
      return job;
    }
    nodes.awaitEnd(id, atMost);
    return jobs.job(id);
  }
}
