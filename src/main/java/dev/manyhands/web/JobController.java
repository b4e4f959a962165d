package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.Moment;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.json.Orders;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// One job and what can be done to it. The list is [JobListController]. Taking one in is
/// [SubmitController], running some of its tasks again [RetryController].
@RestController
@RequestMapping(path = "/v1/jobs", produces = Json.TYPE)
final class JobController {
  private final JobService jobs;
  private final Waiting waiting;
  private final InstantSource clock = InstantSource.system();

  JobController(JobService jobs, Waiting waiting) {
    this.jobs = jobs;
    this.waiting = waiting;
  }

  @GetMapping("/{id}")
  void one(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    JobId jobId = Parameters.jobId(id);
    KnownTags known = KnownTags.of(request);
    // Who knows a version waits for another one, who knows none for the end.
    waiting.answer(
        request,
        response,
        new Awaited<>(
            atMost ->
                known.isEmpty()
                    ? jobs.awaitLast(jobId, atMost)
                    : jobs.await(jobId, job -> known.isNews(JobJson.etag(job)), atMost),
            () -> jobs.moment(jobId),
            moment -> moment.isLast() || known.isNews(JobJson.etag(moment.job())),
            (moment, answer) -> send(moment, known, answer),
            true));
  }

  private void send(Moment moment, KnownTags known, HttpServletResponse response)
      throws IOException {
    Job job = moment.job();
    String tag = JobJson.etag(job);
    response.setHeader("ETag", tag);
    if (known.has(tag)) {
      response.setStatus(304);
      return;
    }
    Json.send(
        response,
        200,
        Json.object(json -> {
          JobJson.full(json, job, moment.isOpen());
          ProgressJson.write(json, moment, clock.instant());
        }));
  }

  @PostMapping("/{id}/cancel")
  void cancel(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    boolean kill = Orders.kill(SmallBody.read(request));
    Job job = jobs.cancel(Parameters.jobId(id), kill);
    Json.send(response, 202, Json.object(json -> JobJson.summary(json, job)));
  }

  @PostMapping("/{id}/pause")
  void pause(@PathVariable String id, HttpServletResponse response) throws IOException {
    send(jobs.pause(Parameters.jobId(id)), response);
  }

  @PostMapping("/{id}/resume")
  void resume(@PathVariable String id, HttpServletResponse response) throws IOException {
    send(jobs.resume(Parameters.jobId(id)), response);
  }

  private static void send(Job job, HttpServletResponse response) throws IOException {
    Json.send(response, 200, Json.object(json -> JobJson.summary(json, job)));
  }

  @DeleteMapping("/{id}")
  void remove(@PathVariable String id, HttpServletResponse response) {
    jobs.remove(Parameters.jobId(id));
    response.setStatus(204);
  }
}
