package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.Moment;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Selected;
import dev.manyhands.job.Shown;
import dev.manyhands.json.Orders;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.ServletWebRequest;

/// Jobs: the list, one of them, and what can be done to it. Taking one in is [SubmitController].
@RestController
@RequestMapping(path = "/v1/jobs", produces = Json.TYPE)
final class JobController {
  private static final int DEFAULT_PAGE = 50;
  static final int MAX_PAGE = 1000;

  private final JobService jobs;
  private final Waiting waiting;
  private final InstantSource clock = InstantSource.system();

  JobController(JobService jobs, Waiting waiting) {
    this.jobs = jobs;
    this.waiting = waiting;
  }

  @GetMapping
  void list(
      @RequestParam(required = false) @Nullable String before,
      @RequestParam(required = false) @Nullable String limit,
      HttpServletResponse response)
      throws IOException {
    int size = Parameters.integer("limit", limit, 1, MAX_PAGE).orElse(DEFAULT_PAGE);
    // One more than asked for tells whether there are more.
    List<Job> found = jobs.jobs(before == null ? null : cursor(before), size + 1);
    List<Job> page = found.subList(0, Math.min(size, found.size()));
    String next = found.size() > size ? page.getLast().id().text() : null;
    if (next != null) {
      response.setHeader("Link", "</v1/jobs?before=" + next + "&limit=" + size + ">; rel=\"next\"");
    }
    Json.send(
        response,
        200,
        Json.object(json -> {
          json.writeArrayPropertyStart("jobs");
          for (Job job : page) {
            json.writeStartObject();
            JobJson.summary(json, job);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeStringProperty("next", next);
        }));
  }

  private static JobId cursor(String before) {
    try {
      return new JobId(before);
    } catch (IllegalArgumentException e) {
      throw Refusals.parameter("before", "expected the next of a page, got: " + Shown.of(before));
    }
  }

  @GetMapping("/{id}")
  void one(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    JobId jobId = Parameters.jobId(id);
    KnownTags known = KnownTags.of(request);
    // Who knows a version waits for another one, who knows none for the end.
    Moment moment =
        waiting.answer(
            request,
            response,
            atMost -> jobs.await(jobId, job -> known.isNews(JobJson.etag(job)), atMost),
            () -> jobs.moment(jobId));
    Job job = moment.job();
    if (!new ServletWebRequest(request, response).checkNotModified(JobJson.etag(job))) {
      Json.send(
          response,
          200,
          Json.object(json -> {
            JobJson.full(json, job);
            ProgressJson.write(json, moment, clock.instant());
          }));
    }
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

  @PostMapping("/{id}/retry")
  void retry(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Selected selected = Orders.retry(SmallBody.read(request));
    Job job = jobs.retry(Parameters.jobId(id), selected);
    response.setHeader("Location", JobJson.path(job));
    Json.send(response, 202, Json.object(json -> JobJson.summary(json, job)));
  }

  @DeleteMapping("/{id}")
  void remove(@PathVariable String id, HttpServletResponse response) {
    jobs.remove(Parameters.jobId(id));
    response.setStatus(204);
  }
}
