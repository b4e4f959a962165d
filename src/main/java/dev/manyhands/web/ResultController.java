package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.Listing;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Outcome;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The results of a job: a page, lines, or the bare values.
@RestController
final class ResultController {
  private static final int DEFAULT_PAGE = 1000;
  static final int MAX_PAGE = 10_000;

  private final JobService jobs;
  private final Listing listing;
  private final ResultReader reader;
  private final FollowRequest follows;
  private final Waiting waiting;

  ResultController(JobService jobs, Listing listing, FollowRequest follows, Waiting waiting) {
    this.waiting = waiting;
    this.jobs = jobs;
    this.listing = listing;
    this.follows = follows;
    this.reader = new ResultReader(jobs);
  }

  @GetMapping(
      path = "/v1/jobs/{id}/results",
      produces = {Json.TYPE, ResultType.JSONL, ResultType.NDJSON, Sse.TYPE},
      params = "!view")
  void results(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String order,
      @RequestParam(required = false) @Nullable String status,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String follow,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException, HttpMediaTypeNotAcceptableException {
    JobId jobId = Parameters.jobId(id);
    ResultOrder wantedOrder =
        Parameters.word("order", order, List.of("input", "completion")).equals("input")
            ? ResultOrder.INPUT
            : ResultOrder.COMPLETION;
    Set<Outcome> outcomes = Parameters.outcomes(status);
    Accept accept = Accept.of(request);
    if (isFollowed(follow, accept)) {
      if (limit != null) {
        throw Refusals.parameter("limit", "expected none with follow=true, which goes to the end");
      }
      String followed = ResultType.followed(accept);
      follows.begin(jobId, wantedOrder, after, outcomes, followed, request, response);
      return;
    }
    Cursor from = Cursor.of(request, after, jobId, wantedOrder);
    String type = ResultType.of(accept);
    if (type.equals(Json.TYPE)) {
      int rows = Parameters.integer("limit", limit, 1, MAX_PAGE).orElse(DEFAULT_PAGE);
      whenEnded(
          jobId,
          (job, answer) -> {
            ResultReader.Page page = reader.page(job, from, outcomes, rows);
            if (page.next() != null) {
              new NextLink(JobJson.path(job) + "/results", "after", page.next().text())
                  .with("limit", Integer.toString(rows))
                  .with("order", wantedOrder.word())
                  .with("status", status == null ? new String[0] : new String[] {status})
                  .addTo(answer);
            }
            sendPage(job, from, outcomes, page, answer);
          },
          request,
          response);
    } else {
      int rows = Parameters.integer("limit", limit, 1, Integer.MAX_VALUE).orElse(Integer.MAX_VALUE);
      whenEnded(
          jobId,
          (job, answer) -> {
            answer.setContentType(type);
            ByteSink sink = new ByteSink(answer.getOutputStream());
            reader.read(
                from,
                new ResultRows(sink, ResultRows.Form.LINES, outcomes, rows)
                    .naming(listing.names(job)));
            sink.flush();
          },
          request,
          response);
    }
  }

  static boolean isFollowed(@Nullable String follow, Accept accept) {
    return follow == null
        ? ResultType.isEvents(accept)
        : Parameters.word("follow", follow, List.of("false", "true")).equals("true");
  }

  private void sendPage(
      Job job,
      Cursor from,
      Set<Outcome> outcomes,
      ResultReader.Page page,
      HttpServletResponse response)
      throws IOException {
    response.setContentType(Json.TYPE);
    ByteSink sink = new ByteSink(response.getOutputStream());
    sink.put("{\"results\":[".getBytes(UTF_8));
    ResultRows rows = new ResultRows(sink, ResultRows.Form.ARRAY, outcomes, page.rows());
    reader.read(from, rows.naming(listing.names(job)));
    String next = page.next() == null ? "null" : "\"" + page.next().text() + "\"";
    sink.put(("],\"next\":" + next + "}").getBytes(UTF_8));
    sink.flush();
  }

  @GetMapping(path = "/v1/jobs/{id}/results", produces = Json.TYPE, params = "view")
  void values(
      @PathVariable String id,
      @RequestParam String view,
      @RequestParam(required = false) @Nullable String status,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Parameters.word("view", view, List.of("values"));
    Set<Outcome> outcomes = Parameters.outcomes(status);
    whenEnded(
        Parameters.jobId(id),
        (job, answer) -> {
          Values.requireEnded(job);
          if (status == null) {
            Values.requireAllSucceeded(jobs, job);
          } else if (!outcomes.equals(EnumSet.of(Outcome.SUCCEEDED))) {
            throw Refusals.parameter("status", "expected succeeded: no other outcome has a value");
          }
          Values.send(jobs, job, answer);
        },
        request,
        response);
  }

  private void whenEnded(
      JobId id,
      Awaited.Answer<Job> answer,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    waiting.answer(
        request,
        response,
        new Awaited<>(
            atMost -> jobs.awaitLast(id, atMost).job(),
            () -> jobs.job(id),
            job -> job.state().isTerminal(),
            answer,
            true));
  }
}
