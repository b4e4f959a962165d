package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.Reception;
import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.json.Asked;
import dev.manyhands.json.Limits;
import dev.manyhands.json.LineCutter;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A job that comes as JSON lines, the job first and then one input a line, and runs while they
/// come.
final class LineSubmission implements AutoCloseable {
  /// A body that comes in a few pieces is one commit if they come within this time.
  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);

  private final JobService jobs;
  private final Uploads uploads;
  private final @Nullable IdempotencyKey key;
  private final boolean values;
  private final LineCutter cutter;

  /// Of the body that is read.
  private @Nullable BodyEnd end;

  /// Begun by the first line.
  private @Nullable Reception reception;

  /// @param values whether the answer may be the bare values
  LineSubmission(
      JobService jobs,
      Limits limits,
      Uploads uploads,
      @Nullable IdempotencyKey key,
      boolean values) {
    this.jobs = jobs;
    this.uploads = uploads;
    this.key = key;
    this.values = values;
    this.cutter = new LineCutter(limits, this::begin, this::add);
  }

  private void begin(Asked asked) {
    if (values) {
      Values.requireNoSecretMade(asked);
    }
    reception = jobs.reception(asked.spec(), asked.open(), key);
    if (end != null) {
      reception.whenClosed(end);
    }
  }

  private void add(InputBlock block) {
    reception().add(block);
  }

  private Reception reception() {
    if (reception == null) {
      throw new IllegalStateException("inputs before the job's own line");
    }
    return reception;
  }

  /// Reads the body to its end.
  ///
  /// @return the job, committed with all of its inputs
  /// @throws Refused if it is no good or cannot be accepted; nothing of it remains
  /// @throws IOException if the body broke off
  Job accept(SubmittedBody body) throws IOException {
    end = body.end();
    try {
      read(body);
      return reception().end(cutter.takePart(), body.fingerprint());
    } catch (IOException brokenOff) {
      OptionalInt kept = keepWhatCame();
      if (uploads.isStopping()) {
        String said = said(kept, " after the next start");
        throw new UploadEnded(new Refusal.Partly(new UploadEnded().refusal, said));
      }
      if (reception != null && reception.closed().isPresent()) {
        throw new UploadEnded(reception.closed().get());
      }
      throw BodyBroken.keeping(said(kept, ""), brokenOff);
    } catch (Refused wrong) {
      if (reception != null) {
        reception.refuse();
      }
      throw body.end().because(wrong.refusal());
    }
  }

  private void read(SubmittedBody body) throws IOException {
    try (BodyEnd bodyEnd = body.end();
        LineFeed feed = new LineFeed(cutter, this::add, FIRST_PAUSE, bodyEnd)) {
      feed.read(body.stream());
    } finally {
      if (reception != null) {
        reception.forget();
      }
    }
  }

  /// The whole lines that came before the end stay in an open job.
  ///
  /// @return how many inputs it keeps; none: there is no open job
  private OptionalInt keepWhatCame() {
    return reception == null ? OptionalInt.empty() : reception.keep(cutter.takePart());
  }

  /// What its sender is told of it.
  private String said(OptionalInt kept, String when) {
    return kept.isEmpty()
        ? "nothing of this request was kept"
        : "%s keeps the first %d inputs of this request and receives more%s"
            .formatted(reception().id(), kept.getAsInt(), when);
  }

  @Override
  public void close() {
    if (reception != null) {
      reception.close();
    }
  }
}
