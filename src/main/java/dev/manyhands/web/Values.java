package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.job.Counts;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Job;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.json.Asked;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.StringJoiner;

/// The bare values of a job as one array in the order of the inputs: what `Pool.map` returns, or
/// raises.
final class Values {
  /// At most, of one read; the store bounds their bytes.
  private static final int BLOCKS = 1000;

  private Values() {}

  static void requireEnded(Job job) {
    if (!job.state().isTerminal()) {
      Counts counts = job.counts();
      throw Refusals.conflict(
          "job-not-ended",
          "the job is "
              + job.state().word()
              + ", "
              + counts.done()
              + " of "
              + counts.total()
              + " tasks have ended; Prefer: wait=60 waits for it");
    }
  }

  /// Refuses a submission whose answer has to tell a secret, for which bare values have no place.
  static void requireNoSecretMade(Asked asked) {
    if (asked.secretMade()) {
      String detail = "expected a secret with view=values, whose answer could not tell one";
      throw new Refused(new Refusal.InvalidBody(detail, List.of(new Mistake("/webhooks", detail))));
    }
  }

  /// Refuses if a task of the ended job has no value.
  static void requireAllSucceeded(JobService jobs, Job job) {
    Counts counts = job.counts();
    if (counts.succeeded() < counts.total()) {
      StringJoiner others = new StringJoiner(", ");
      for (Outcome outcome : Outcome.values()) {
        if (outcome != Outcome.SUCCEEDED && counts.of(outcome) > 0) {
          others.add(counts.of(outcome) + " " + outcome.word());
        }
      }
      throw Refusals.conflict(
          "tasks-failed",
          JobJson.path(job)
              + ": of "
              + counts.total()
              + " tasks "
              + counts.succeeded()
              + " succeeded, "
              + others
              + ", the first of them with index "
              + firstWithoutValue(jobs, job)
              + "; status=succeeded gives the values that are there");
    }
  }

  private static int firstWithoutValue(JobService jobs, Job job) {
    int at = 0;
    while (at < job.counts().total()) {
      for (Logged logged : blocks(jobs, job, at)) {
        switch (logged.block()) {
          case ResultBlock.Unrun unrun -> {
            return unrun.first();
          }
          case ResultBlock.Ran ran -> {
            if (!ran.outcomes().failures().isEmpty()) {
              return ran.outcomes().failures().getFirst().index();
            }
            at = ran.outcomes().end();
          }
        }
      }
    }
    throw new IllegalStateException("every task of " + job.id() + " has a value: " + job.counts());
  }

  /// Sends the values that are there, a few blocks at a time.
  static void send(JobService jobs, Job job, HttpServletResponse response) throws IOException {
    response.setStatus(200);
    response.setContentType(Json.TYPE);
    OutputStream out = response.getOutputStream();
    out.write('[');
    boolean first = true;
    int at = 0;
    while (at < job.counts().total()) {
      for (Logged logged : blocks(jobs, job, at)) {
        if (logged.block() instanceof ResultBlock.Ran ran && !ran.large().isEmpty()) {
          first = LargeValueReader.writeSucceeded(jobs, job.id(), ran, first, out);
        } else {
          byte[] values = commaEnded(logged.block());
          if (values.length > 0) {
            if (!first) {
              out.write(',');
            }
            first = false;
            out.write(values, 0, values.length - 1);
          }
        }
        at = logged.block().first() + logged.block().count();
      }
    }
    out.write(']');
  }

  private static List<Logged> blocks(JobService jobs, Job job, int at) {
    List<Logged> blocks = jobs.byIndex(job.id(), at, BLOCKS);
    if (blocks.isEmpty() || blocks.getFirst().block().first() > at) {
      throw new IllegalStateException("an ended job without a result: " + job.id() + " at " + at);
    }
    return blocks;
  }

  /// The values of a block, each with a comma behind it.
  private static byte[] commaEnded(ResultBlock block) {
    return switch (block) {
      case ResultBlock.Unrun _ -> new byte[0];
      case ResultBlock.Ran ran -> {
        JsonLines values = succeeded(ran.outcomes());
        byte[] bytes = new byte[values.length()];
        for (int i = 0, from = values.offset(); i < bytes.length; i++) {
          byte b = values.bytes()[from + i];
          bytes[i] = b == '\n' ? (byte) ',' : b;
        }
        yield bytes;
      }
    };
  }

  private static JsonLines succeeded(Outcomes outcomes) {
    JsonLines values = outcomes.values();
    if (outcomes.failures().isEmpty()) {
      return values;
    }
    byte[] kept = new byte[values.length()];
    int length = 0;
    int count = 0;
    int at = values.offset();
    Iterator<Failure> failures = outcomes.failures().iterator();
    int failed = failures.next().index();
    for (int index = outcomes.first(); index < outcomes.end(); index++) {
      int next = values.end(at) + 1;
      if (index == failed) {
        failed = failures.hasNext() ? failures.next().index() : -1;
      } else {
        System.arraycopy(values.bytes(), at, kept, length, next - at);
        length += next - at;
        count++;
      }
      at = next;
    }
    return new JsonLines(kept, 0, length, count);
  }
}
