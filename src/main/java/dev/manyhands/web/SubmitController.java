package dev.manyhands.web;

import dev.manyhands.dispatch.Intake;
import dev.manyhands.dispatch.JobService;
import dev.manyhands.job.Job;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Shown;
import dev.manyhands.json.JobReader;
import dev.manyhands.json.Posted;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/// Takes a job in: the inputs go to the store while the body is still on its way, and the answer
/// comes when the job is committed and synced.
@RestController
final class SubmitController {
  private static final Pattern OF_UTF_8 = Pattern.compile("charset *= *\"?utf-8\\b");

  private final JobService jobs;
  private final JobReader reader;
  private final LimitsSettings limits;

  SubmitController(JobService jobs, JobReader reader, LimitsSettings limits) {
    this.jobs = jobs;
    this.reader = reader;
    this.limits = limits;
  }

  @PostMapping(path = "/v1/jobs", consumes = Json.TYPE, produces = Json.TYPE)
  void submit(
      @RequestParam(required = false) @Nullable String view,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    boolean values = Parameters.word("view", view, List.of("job", "values")).equals("values");
    refuseOtherEncodings(request);
    refuseTooLong(request.getContentLengthLong());
    Job accepted = accept(request);
    Optional<Duration> wait = Prefer.waiting(request, response);
    Job job = wait.isPresent() ? jobs.awaitEnd(accepted.id(), wait.get()) : accepted;
    response.setHeader("Location", JobJson.path(job));
    if (values && job.state().isTerminal()) {
      Values.requireAllSucceeded(jobs, job);
      Values.send(jobs, job, response);
    } else {
      Json.send(response, 202, Json.object(json -> JobJson.summary(json, job)));
    }
  }

  private Job accept(HttpServletRequest request) throws IOException {
    try (Intake intake = jobs.intake()) {
      Posted posted = reader.read(request.getInputStream(), intake::add);
      return intake.accept(posted.spec());
    }
  }

  private static void refuseOtherEncodings(HttpServletRequest request) {
    String coding = request.getHeader("Content-Encoding");
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      throw new ResponseStatusException(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "expected a body without Content-Encoding, got: " + Shown.of(coding));
    }
    // The request's own character encoding is UTF-8 whatever the client said.
    String type = String.valueOf(request.getHeader("Content-Type")).toLowerCase(Locale.ROOT);
    if (type.contains("charset") && !OF_UTF_8.matcher(type).find()) {
      throw new ResponseStatusException(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE, "expected UTF-8, got: " + Shown.of(type));
    }
  }

  /// A body that says itself that it is too long need not be read.
  private void refuseTooLong(long length) {
    if (length > limits.maxBody().toBytes()) {
      throw new Refused(
          new Refusal.TooLarge(
              "max-body",
              "",
              "expected a body of at most "
                  + limits.maxBody().toBytes()
                  + " bytes, got "
                  + length));
    }
  }
}
