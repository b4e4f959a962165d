package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.Listing;
import dev.manyhands.job.CustomId;
import dev.manyhands.job.Ending;
import dev.manyhands.job.Invalid;
import dev.manyhands.job.Job;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Shown;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/// The list of a job's tasks, in order of index: how each ended, or that it has not.
@RestController
final class TaskListController {
  private static final int DEFAULT_PAGE = 100;
  static final int MAX_PAGE = 1000;

  /// Blocks of the log that are read at once.
  private static final int BLOCKS = 64;

  private final JobService jobs;
  private final Listing listing;

  TaskListController(JobService jobs, Listing listing) {
    this.jobs = jobs;
    this.listing = listing;
  }

  /// The tasks up to `end` from which at most so many are written.
  private record Span(int first, int end, int limit) {}

  /// Which tasks are asked for.
  private record Wanted(Set<Outcome> outcomes, boolean pending) {}

  @GetMapping(path = "/v1/jobs/{id}/tasks", produces = Json.TYPE)
  void tasks(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String status,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String customId,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Parameters.single("customId", request.getParameterValues("customId"));
    Wanted wanted = wanted(status);
    int size = Parameters.integer("limit", limit, 1, MAX_PAGE).orElse(DEFAULT_PAGE);
    Job job = jobs.job(Parameters.jobId(id));
    if (customId != null) {
      if (after != null || limit != null) {
        throw Refusals.parameter("customId", "expected neither after nor limit beside it");
      }
      sendNamed(job, customId, wanted, response);
      return;
    }
    Cursor from = Cursor.after(after, job.id(), ResultOrder.INPUT);
    int total = job.counts().total();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    try (JsonGenerator json = Json.generator(bytes)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("tasks");
      int end = write(json, job, wanted, new Span(Math.toIntExact(from.position()), total, size));
      json.writeEndArray();
      String next = null;
      if (end < total) {
        next = new Cursor(job.id(), ResultOrder.INPUT, end).text();
        new NextLink(JobJson.path(job) + "/tasks", "after", next)
            .with("limit", Integer.toString(size))
            .with("status", status == null ? null : new String[] {status})
            .addTo(response);
      }
      json.writeStringProperty("next", next);
      json.writeEndObject();
    }
    Json.send(response, 200, bytes.toByteArray());
  }

  /// The one task, or none.
  private void sendNamed(Job job, String text, Wanted wanted, HttpServletResponse response)
      throws IOException {
    OptionalInt found = listing.taskNamed(job, customId(text));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.generator(bytes)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("tasks");
      if (found.isPresent()) {
        int index = found.getAsInt();
        write(json, job, wanted, new Span(index, index + 1, 1));
      }
      json.writeEndArray();
      json.writeNullProperty("next");
      json.writeEndObject();
    }
    Json.send(response, 200, bytes.toByteArray());
  }

  private static CustomId customId(String text) {
    try {
      return new CustomId(text);
    } catch (Invalid broken) {
      throw Refusals.parameter("customId", broken.detail());
    }
  }

  /// @return index of the first task that was not gone over
  private int write(JsonGenerator json, Job job, Wanted wanted, Span span) throws IOException {
    TaskRows rows =
        new TaskRows(json, wanted.outcomes, wanted.pending, span.first, span.end, span.limit)
            .naming(listing.names(job));
    // With those that have not ended, every block has to be seen: they are what is in none.
    Set<Outcome> read = wanted.pending ? EnumSet.allOf(Outcome.class) : wanted.outcomes;
    boolean more = true;
    while (more && !rows.isFull()) {
      List<Ending> endings = listing.endings(job.id(), rows.at(), read, BLOCKS);
      more = endings.size() == BLOCKS;
      for (Ending ending : endings) {
        rows.writePending(ending.first());
        rows.write(ending);
      }
    }
    rows.writePending(span.end);
    return rows.at();
  }

  /// Outcomes and `pending`, with commas between; none stands for all.
  private static Wanted wanted(@Nullable String text) {
    if (text == null) {
      return new Wanted(EnumSet.allOf(Outcome.class), true);
    }
    Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
    boolean pending = false;
    for (String part : text.split(",", -1)) {
      String word = part.strip();
      if (word.equals("pending")) {
        pending = true;
      } else {
        outcomes.add(outcome(word));
      }
    }
    return new Wanted(outcomes, pending);
  }

  private static Outcome outcome(String word) {
    for (Outcome outcome : Outcome.values()) {
      if (outcome.word().equals(word)) {
        return outcome;
      }
    }
    List<String> words = new ArrayList<>(List.of("pending"));
    words.addAll(Arrays.stream(Outcome.values()).map(Outcome::word).toList());
    throw Refusals.parameter(
        "status",
        "expected some of "
            + words.stream().collect(Collectors.joining(", "))
            + ", got: "
            + Shown.of(word));
  }
}
