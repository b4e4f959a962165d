package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.Listing;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Outcome;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Begins to follow a job's results.
@Component
final class FollowRequest {
  private final JobService jobs;
  private final Listing listing;
  private final Readers readers;

  FollowRequest(JobService jobs, Listing listing, Readers readers) {
    this.jobs = jobs;
    this.listing = listing;
    this.readers = readers;
  }

  void begin(
      JobId id,
      ResultOrder order,
      @Nullable String after,
      Set<Outcome> wanted,
      String type,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Cursor from = Cursor.of(request, after, id, order);
    boolean events = type.equals(Sse.TYPE);
    Job job = jobs.job(id);
    if (events && job.state().isTerminal() && from.position() > job.counts().total()) {
      // The end was seen: this is what tells a browser not to come back.
      response.setStatus(204);
      return;
    }
    ResultRows.Form form = events ? ResultRows.Form.EVENTS : ResultRows.Form.FOLLOWED;
    OpenAnswer.begin(
        request,
        response,
        type,
        readers,
        new ResultFollower(jobs, from, wanted, form, readers.heartbeat())
            .naming(listing.names(job)));
  }
}
