package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.LargeValue;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.ResultBlock;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.ServletWebRequest;

/// The bare value of one task, whole or in part, of any size.
@RestController
final class ValueController {
  private final JobService jobs;

  ValueController(JobService jobs) {
    this.jobs = jobs;
  }

  /// @param large how the store has it, if it is not in its line
  private record Found(byte[] line, @Nullable LargeValue large) {
    long length() {
      return large == null ? line.length : large.bytes();
    }

    String sha256() {
      return large == null ? ValueController.sha256(line) : large.sha256();
    }
  }

  @GetMapping(path = "/v1/jobs/{id}/tasks/{index}/value", produces = Json.TYPE)
  void value(
      @PathVariable String id,
      @PathVariable String index,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Job job = jobs.job(Parameters.jobId(id));
    int task = Parameters.taskIndex(job, index);
    Found value = find(job, task);
    String etag = '"' + value.sha256() + '"';
    response.setHeader("Accept-Ranges", "bytes");
    if (new ServletWebRequest(request, response).checkNotModified(etag)) {
      return;
    }
    String condition = request.getHeader("If-Range");
    Optional<ByteRange> asked =
        condition == null || condition.equals(etag)
            ? ByteRange.of(request.getHeader("Range"), value.length())
            : Optional.empty();
    if (asked.isPresent() && asked.get().length() == 0) {
      response.setHeader("Content-Range", "bytes */" + value.length());
      Problem.of(
              416,
              "range-not-satisfiable",
              "Range Not Satisfiable",
              "expected a range within the " + value.length() + " bytes of the value")
          .send(response);
      return;
    }
    send(job.id(), value, asked, response);
  }

  private void send(JobId job, Found value, Optional<ByteRange> asked, HttpServletResponse response)
      throws IOException {
    ByteRange range = asked.orElse(new ByteRange(0, value.length()));
    response.setStatus(asked.isPresent() ? 206 : 200);
    if (asked.isPresent()) {
      response.setHeader(
          "Content-Range", "bytes " + range.from() + "-" + (range.to() - 1) + "/" + value.length());
    }
    response.setContentType(Json.TYPE);
    response.setContentLengthLong(range.length());
    LargeValue large = value.large();
    if (large == null) {
      response.getOutputStream().write(value.line(), (int) range.from(), (int) range.length());
    } else {
      LargeValueReader.write(
          jobs, job, large, range.from(), range.to(), response.getOutputStream());
    }
  }

  private Found find(Job job, int index) {
    List<Logged> found = jobs.byIndex(job.id(), index, 1);
    if (found.isEmpty() || found.getFirst().block().first() > index) {
      throw Refusals.conflict(
          "task-not-ended", "task " + index + " has not ended; Prefer: wait=60 on its job waits");
    }
    return switch (found.getFirst().block()) {
      case ResultBlock.Unrun unrun -> throw noValue(index, unrun.outcome());
      case ResultBlock.Ran ran -> {
        for (Failure failure : ran.outcomes().failures()) {
          if (failure.index() == index) {
            throw noValue(index, failure.outcome());
          }
        }
        for (LargeValue large : ran.large()) {
          if (large.index() == index) {
            yield new Found(new byte[0], large);
          }
        }
        JsonLines line = ran.outcomes().values().slice(index - ran.first(), 1);
        int from = line.offset();
        yield new Found(Arrays.copyOfRange(line.bytes(), from, from + line.length() - 1), null);
      }
    };
  }

  private static RuntimeException noValue(int index, Outcome outcome) {
    return Refusals.notFound(
        "value", "task " + index + " has no value: it ended as " + outcome.word());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
