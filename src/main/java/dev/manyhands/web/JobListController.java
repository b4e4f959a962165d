package dev.manyhands.web;

import dev.manyhands.dispatch.Listing;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The list of jobs.
@RestController
final class JobListController {
  private static final int DEFAULT_PAGE = 50;
  static final int MAX_PAGE = 1000;

  private static final String PATH = "/v1/jobs";

  private final Listing listing;

  JobListController(Listing listing) {
    this.listing = listing;
  }

  /// `state` and `label` may come several times, so they are read from the request.
  @GetMapping(path = PATH, produces = Json.TYPE)
  void list(
      @RequestParam(required = false) @Nullable String before,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String state,
      @RequestParam(required = false) @Nullable String function,
      @RequestParam(required = false) @Nullable String label,
      @RequestParam(required = false) @Nullable String createdAfter,
      @RequestParam(required = false) @Nullable String createdBefore,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    int size = Parameters.integer("limit", limit, 1, MAX_PAGE).orElse(DEFAULT_PAGE);
    JobFilter filter = JobFilters.read(request);
    // One more than asked for tells whether there are more.
    List<Job> found =
        listing.jobs(filter, before == null ? null : JobCursor.before(before).last(), size + 1);
    List<Job> page = found.subList(0, Math.min(size, found.size()));
    String next = found.size() > size ? new JobCursor(page.getLast().id()).text() : null;
    if (next != null) {
      new NextLink(PATH, "before", next)
          .with("limit", Integer.toString(size))
          .with("state", request.getParameterValues("state"))
          .with("function", request.getParameterValues("function"))
          .with("label", request.getParameterValues("label"))
          .with("createdAfter", request.getParameterValues("createdAfter"))
          .with("createdBefore", request.getParameterValues("createdBefore"))
          .addTo(response);
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
}
