package dev.manyhands.web;

import dev.manyhands.dispatch.LimitsNode;
import dev.manyhands.dispatch.StagedJobs;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/// Takes in what other nodes hand over: for nodes only, with a client's key, and no part of the
/// API.
@RestController
final class StagedController {
  static final String PATH = "/nodes/staged/";

  /// A spec has a few megabytes of source at most, and a block of inputs a dozen characters.
  private static final int MAX_BYTES = 64 << 20;

  private final StagedJobs jobs;
  private final LimitsNode limits;

  StagedController(StagedJobs jobs, LimitsNode limits) {
    this.jobs = jobs;
    this.limits = limits;
  }

  @PutMapping(path = PATH + "{id}", consumes = Json.TYPE)
  void accept(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    JobId job = Parameters.jobId(id);
    if (!limits.isHere()) {
      throw new Refused(
          new Refusal.Away("the named limits are about to be another node's: ask again", false, 1));
    }
    jobs.accept(StagedJson.read(job, request.getInputStream().readNBytes(MAX_BYTES)));
    response.setStatus(204);
  }
}
