package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.manyhands.dispatch.Follow;
import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.Moment;
import dev.manyhands.dispatch.Names;
import dev.manyhands.job.Job;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Refused;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Sends a job's results as they are committed, from a cursor to the job's end.
///
/// It reads when it can write and holds one block while it does, so a reader that stands still
/// holds up nobody. Where it goes on is a matter of its cursor alone: who was cut off comes back
/// with the last that it got.
final class ResultFollower implements OpenAnswer.Body {
  private static final byte[] LINE_HEARTBEAT = {'\n'};
  private static final byte[] EVENT_HEARTBEAT = ":\n\n".getBytes(US_ASCII);

  private final JobService jobs;
  private final Cursor from;
  private final Set<Outcome> wanted;
  private final ResultRows.Form form;
  private final Duration heartbeat;

  private Names names = Names.NONE;

  // Only the writing thread touches these.
  private long at;
  private long sentAt;

  ResultFollower(
      JobService jobs, Cursor from, Set<Outcome> wanted, ResultRows.Form form, Duration heartbeat) {
    this.jobs = jobs;
    this.from = from;
    this.wanted = wanted;
    this.form = form;
    this.heartbeat = heartbeat;
    this.at = from.position();
  }

  /// The same with the custom ids of the tasks.
  ResultFollower naming(Names ofJob) {
    names = ofJob;
    return this;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    sentAt = System.nanoTime();
    try (Follow follow = jobs.follow(from.job())) {
      for (Moment now = follow.now(); ; now = await(follow, out)) {
        OpenAnswer.stopIfCut();
        OpenAnswer.stopIfElsewhere(now);
        while (at < end(now) && !now.removed()) {
          if (!send(follow, out)) {
            sendRemoved(out);
            return;
          }
          now = follow.now();
        }
        if (now.removed()) {
          sendRemoved(out);
          return;
        }
        if (now.job().state().isTerminal()) {
          sendEnd(now.job(), out);
          return;
        }
      }
    } catch (Refused e) {
      Problem.needRemoved(e);
      sendRemoved(out);
    }
  }

  /// How far the log can be read in this order.
  private long end(Moment moment) {
    return switch (from.order()) {
      case INPUT -> moment.inOrder();
      case COMPLETION -> moment.job().counts().done();
    };
  }

  private Moment await(Follow follow, OutputStream out) throws IOException {
    Moment now =
        follow.await(
            moment -> at < end(moment) || moment.isLast(), OpenAnswer.left(sentAt, heartbeat));
    if (System.nanoTime() - sentAt >= heartbeat.toNanos()) {
      send(out, form == ResultRows.Form.EVENTS ? EVENT_HEARTBEAT : LINE_HEARTBEAT);
    }
    return now;
  }

  /// Sends the next block.
  ///
  /// @return false if it is not there, so the job is not either
  private boolean send(Follow follow, OutputStream out) throws IOException {
    List<Logged> blocks =
        switch (from.order()) {
          case INPUT -> follow.byIndex((int) at, 1);
          case COMPLETION -> follow.byCompletion(at, 1);
        };
    if (blocks.isEmpty()) {
      return false;
    }
    Logged logged = blocks.getFirst();
    long start = from.order().start(logged);
    if (start > at) {
      return false;
    }
    ByteSink sink = new ByteSink(out, ResultRows.estimate(logged.block(), (int) (at - start)));
    ResultRows rows = new ResultRows(sink, form, wanted, Long.MAX_VALUE, from).naming(names);
    at = start + rows.write(logged, (int) (at - start));
    sink.flush();
    if (rows.isStarted()) {
      out.flush();
      sentAt = System.nanoTime();
    }
    return true;
  }

  private void sendEnd(Job job, OutputStream out) throws IOException {
    // Behind the last result: who comes back with this cursor has seen the end.
    String next = new Cursor(from.job(), from.order(), job.counts().total() + 1L).text();
    byte[] end =
        Json.object(json -> {
          json.writeBooleanProperty("end", true);
          json.writeStringProperty("state", job.state().word());
          JobJson.counts(json, job.counts());
          if (form == ResultRows.Form.FOLLOWED) {
            json.writeStringProperty("next", next);
          }
        });
    send(out, form == ResultRows.Form.EVENTS ? Sse.event("end", next, end) : Sse.line(end));
  }

  /// A job that has ended can be removed while its results are still being read.
  private void sendRemoved(OutputStream out) throws IOException {
    byte[] problem = Problem.removed().json();
    byte[] line =
        Json.object(json -> json.writeRaw("\"problem\":" + new String(problem, US_ASCII)));
    send(
        out, form == ResultRows.Form.EVENTS ? Sse.event("problem", null, problem) : Sse.line(line));
  }

  private void send(OutputStream out, byte[] bytes) throws IOException {
    out.write(bytes, 0, bytes.length);
    out.flush();
    sentAt = System.nanoTime();
  }
}
