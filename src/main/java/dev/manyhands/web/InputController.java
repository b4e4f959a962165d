package dev.manyhands.web;

import dev.manyhands.dispatch.Addition;
import dev.manyhands.dispatch.Arriving;
import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.KeyClaim;
import dev.manyhands.dispatch.OpenJobs;
import dev.manyhands.dispatch.Receipt;
import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.json.JobReader;
import dev.manyhands.json.Limits;
import dev.manyhands.json.LineCutter;
import dev.manyhands.store.Change;
import dev.manyhands.store.Keyed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/// Adds inputs to an open job, and seals it.
@RestController
@RequestMapping(path = "/v1/jobs/{id}", produces = Json.TYPE)
final class InputController {
  private final JobService jobs;
  private final OpenJobs open;
  private final JobReader reader;
  private final Limits limits;
  private final Uploads uploads;

  InputController(
      JobService jobs, OpenJobs open, JobReader reader, Limits limits, Uploads uploads) {
    this.jobs = jobs;
    this.open = open;
    this.reader = reader;
    this.limits = limits;
    this.uploads = uploads;
  }

  /// A few inputs: all of them or none.
  @PostMapping(path = "/inputs", consumes = Json.TYPE)
  void add(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    JobId jobId = Parameters.jobId(id);
    Optional<KeyClaim> claimed = IdempotencyHeader.claim(jobs, request);
    if (claimed.isEmpty()) {
      Receipt receipt = add(jobId, SubmittedBody.of(uploads, request), null);
      Json.send(response, 202, answer(jobId, receipt));
      return;
    }
    try (KeyClaim claim = claimed.get()) {
      SubmittedBody body = SubmittedBody.fingerprinted(uploads, request, "inputs " + jobId);
      Json.send(response, 202, once(jobId, claim, body, response));
    }
  }

  /// What the first request with the key got, or what this one gets.
  private byte[] once(JobId id, KeyClaim claim, SubmittedBody body, HttpServletResponse response)
      throws IOException {
    if (claim.known().isEmpty()) {
      byte[] first = answer(id, add(id, body, claim.key()));
      jobs.keep(claim.key(), id, first);
      return first;
    }
    Keyed known = claim.known().get();
    IdempotencyHeader.requireSame(known, body, response);
    var _ = jobs.job(id); // a job that was removed is not answered for
    byte[] first = known.answer();
    return first != null ? first : answer(id, new Receipt(known.first(), known.count()));
  }

  private Receipt add(JobId id, SubmittedBody body, @Nullable IdempotencyKey key)
      throws IOException {
    Addition addition = open.addition(id);
    try (Arriving arriving = jobs.added(body.length())) {
      List<InputBlock> blocks = read(arriving.counted(body.stream()), addition, body.end());
      addition.addTogether(blocks, key == null ? null : new Change.Once(key, body.fingerprint()));
      return addition.await();
    }
  }

  private List<InputBlock> read(InputStream from, Addition addition, BodyEnd bodyEnd)
      throws IOException {
    try (bodyEnd) {
      addition.whenClosed(bodyEnd);
      return reader.readInputs(from);
    } catch (IOException brokenOff) {
      if (addition.closed().isPresent() && !uploads.isStopping()) {
        throw new UploadEnded(partly(addition.closed().get(), addition.taken()));
      }
      throw brokenOff;
    } finally {
      addition.forget(bodyEnd);
    }
  }

  /// As many as there will be: each run of lines counts once it is committed.
  @PostMapping(
      path = "/inputs",
      consumes = {ResultType.JSONL, ResultType.NDJSON})
  void addLines(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    IdempotencyHeader.refuse(
        request,
        "expected none with JSON lines, which count as they come; a document is one thing");
    JobId jobId = Parameters.jobId(id);
    Addition addition = open.addition(jobId);
    LineCutter cutter = new LineCutter(limits, null, addition::add);
    SubmittedBody body = SubmittedBody.of(uploads, request);
    Receipt all;
    try {
      read(cutter, addition, body);
      cutter.takePart().ifPresent(addition::add);
      all = addition.await();
    } catch (IOException brokenOff) {
      Receipt taken = takeWhatCame(cutter, addition);
      if (uploads.isStopping()) {
        throw new UploadEnded(partly(new UploadEnded().refusal, taken));
      }
      if (addition.closed().isPresent()) {
        throw new UploadEnded(partly(addition.closed().get(), taken));
      }
      throw BodyBroken.keeping(said(taken), brokenOff);
    } catch (Refused wrong) {
      throw body.end().because(partly(wrong.refusal(), takeWhatCame(cutter, addition)));
    }
    Json.send(response, 202, answer(jobId, all));
  }

  private static void read(LineCutter cutter, Addition addition, SubmittedBody body)
      throws IOException {
    try (BodyEnd bodyEnd = body.end();
        LineFeed feed =
            new LineFeed(cutter, addition::add, LineFeed.PAUSE.dividedBy(10), bodyEnd)) {
      addition.whenClosed(bodyEnd);
      feed.read(body.stream());
    } finally {
      addition.forget(body.end());
    }
  }

  /// The whole lines that came before the end.
  private static Receipt takeWhatCame(LineCutter cutter, Addition addition) {
    try {
      cutter.takePart().ifPresent(addition::add);
    } catch (Refused noMore) {
      // What was taken before stays.
    }
    return addition.taken();
  }

  private static Refusal partly(Refusal wrong, Receipt taken) {
    return new Refusal.Partly(wrong, said(taken));
  }

  private static String said(Receipt taken) {
    return taken.count() == 0
        ? "no input of this request was taken"
        : "%d inputs of this request were taken, the first with index %d, the last with %d"
            .formatted(taken.count(), taken.first(), taken.last());
  }

  @PostMapping("/seal")
  void seal(@PathVariable String id, HttpServletResponse response) throws IOException {
    Job job = open.seal(Parameters.jobId(id));
    Json.send(response, 200, Json.object(json -> JobJson.summary(json, job)));
  }

  private byte[] answer(JobId id, Receipt receipt) {
    int total = jobs.job(id).counts().total();
    return Json.object(json -> {
      if (receipt.count() > 0) {
        json.writeNumberProperty("first", receipt.first());
        json.writeNumberProperty("last", receipt.last());
      }
      json.writeNumberProperty("count", receipt.count());
      if (receipt.isMixed() && !receipt.runs().isEmpty()) {
        writeRuns(json, receipt.runs());
      }
      json.writeNumberProperty("total", total);
    });
  }

  private static void writeRuns(JsonGenerator json, List<Ranges.Range> runs) {
    json.writeArrayPropertyStart("runs");
    for (Ranges.Range run : runs) {
      json.writeStartObject();
      json.writeNumberProperty("first", run.first());
      json.writeNumberProperty("last", run.end() - 1);
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
