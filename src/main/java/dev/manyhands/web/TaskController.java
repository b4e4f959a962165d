package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.Listing;
import dev.manyhands.dispatch.Names;
import dev.manyhands.dispatch.TaskService;
import dev.manyhands.job.Job;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.json.OutputsJson;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/// One task of a job: how it ended and what it printed, or that it has not ended.
@RestController
final class TaskController {
  private final JobService jobs;
  private final TaskService tasks;
  private final Listing listing;

  TaskController(JobService jobs, TaskService tasks, Listing listing) {
    this.jobs = jobs;
    this.tasks = tasks;
    this.listing = listing;
  }

  @GetMapping(path = "/v1/jobs/{id}/tasks/{index}", produces = Json.TYPE)
  void task(@PathVariable String id, @PathVariable String index, HttpServletResponse response)
      throws IOException {
    Job job = jobs.job(Parameters.jobId(id));
    send(job, Parameters.taskIndex(job, index), 200, response);
  }

  @PostMapping(path = "/v1/jobs/{id}/tasks/{index}/cancel", produces = Json.TYPE)
  void cancel(@PathVariable String id, @PathVariable String index, HttpServletResponse response)
      throws IOException {
    Job job = jobs.job(Parameters.jobId(id));
    int at = Parameters.taskIndex(job, index);
    tasks.cancel(job.id(), at);
    send(job, at, 202, response);
  }

  private void send(Job job, int at, int status, HttpServletResponse response) throws IOException {
    List<Logged> found = jobs.byIndex(job.id(), at, 1);
    Names names = listing.names(job);
    if (found.isEmpty() || found.getFirst().block().first() > at) {
      Json.send(
          response,
          status,
          Json.object(json -> {
            json.writeNumberProperty("index", at);
            TaskRows.writeName(json, names, at);
            json.writeStringProperty("status", "pending");
          }));
    } else {
      Json.send(response, status, ended(found.getFirst().block(), names, at));
    }
  }

  /// The result line, with what only one task's page shows.
  private static byte[] ended(ResultBlock block, Names names, int index) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteSink sink = new ByteSink(line);
    new ResultRows(sink, ResultRows.Form.ARRAY, EnumSet.allOf(Outcome.class), 1)
        .naming(names)
        .write(block, index - block.first());
    sink.flush();
    byte[] row = line.toByteArray();
    byte[] more =
        switch (block) {
          case ResultBlock.Unrun _ -> Json.object(json -> {});
          case ResultBlock.Ran ran -> Json.object(json -> details(json, ran.outcomes(), index));
        };
    if (more.length == 2) {
      return row;
    }
    byte[] whole = Arrays.copyOf(row, row.length - 1 + more.length);
    System.arraycopy(more, 0, whole, row.length - 1, more.length);
    whole[row.length - 1] = ',';
    return whole;
  }

  private static void details(JsonGenerator json, Outcomes outcomes, int index) {
    json.writeStringProperty("worker", outcomes.stint().worker());
    json.writeStringProperty("startedAt", outcomes.stint().startedAt().toString());
    json.writeStringProperty("endedAt", outcomes.stint().endedAt().toString());
    outcomes.output().stream()
        .filter(output -> output.index() == index)
        .findFirst()
        .ifPresent(output -> {
          json.writeName("output");
          OutputsJson.write(json, output);
        });
  }
}
