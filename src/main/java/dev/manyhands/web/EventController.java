package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// What happens to a job, as it happens.
@RestController
final class EventController {
  private final JobService jobs;
  private final Readers readers;

  EventController(JobService jobs, Readers readers) {
    this.jobs = jobs;
    this.readers = readers;
  }

  @GetMapping(path = "/v1/jobs/{id}/events", produces = Sse.TYPE)
  void events(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    JobId jobId = Parameters.jobId(id);
    String last = request.getHeader("Last-Event-ID");
    EventPlace seen = last == null || last.isEmpty() ? null : EventPlace.named(last, jobId);
    Job job = jobs.job(jobId);
    if (seen != null && seen.end() && job.state().isTerminal()) {
      // This is what tells a browser not to come back.
      response.setStatus(204);
      return;
    }
    EventFollower body =
        new EventFollower(jobs, jobId, seen, readers.heartbeat(), InstantSource.system());
    OpenAnswer.begin(request, response, Sse.TYPE, readers, body);
  }
}
