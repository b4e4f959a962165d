package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.manyhands.dispatch.Follow;
import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.Moment;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Refused;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Sends what happens to a job: `job` when its state is another one, `progress` when more of its
/// tasks have ended, at most four times a second, and `end`.
///
/// Each event says how the job stands, not what changed, so a reader that was away or slow misses
/// no news, only old ones.
final class EventFollower implements OpenAnswer.Body {
  /// Between two events that only say how far the job is.
  static final Duration PAUSE = Duration.ofMillis(250);

  private static final byte[] HEARTBEAT = ":\n\n".getBytes(US_ASCII);

  private final JobService jobs;
  private final JobId id;
  private final Duration heartbeat;
  private final InstantSource clock;

  // Only the writing thread touches these.
  private @Nullable EventPlace seen;
  private long sentAt;
  private long pausedUntil;

  /// @param seen what the reader knows already
  EventFollower(
      JobService jobs,
      JobId id,
      @Nullable EventPlace seen,
      Duration heartbeat,
      InstantSource clock) {
    this.jobs = jobs;
    this.id = id;
    this.seen = seen;
    this.heartbeat = heartbeat;
    this.clock = clock;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    sentAt = System.nanoTime();
    pausedUntil = sentAt;
    try (Follow follow = jobs.watch(id)) {
      for (Moment now = follow.now(); ; now = await(follow, out)) {
        OpenAnswer.stopIfCut();
        OpenAnswer.stopIfElsewhere(now);
        if (now.removed()) {
          sendRemoved(out);
          return;
        }
        if (hasMoved(now)) {
          sendJob(now, out);
        } else if (hasChanged(now) && System.nanoTime() - pausedUntil >= 0) {
          sendProgress(now, out);
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

  private boolean hasMoved(Moment moment) {
    return moment.removed()
        || moment.isElsewhere()
        || seen == null
        || EventPlace.of(moment.job()).isMoveFrom(seen);
  }

  private boolean hasChanged(Moment moment) {
    return hasMoved(moment) || !EventPlace.of(moment.job()).equals(seen);
  }

  private Moment await(Follow follow, OutputStream out) throws IOException {
    long pause = pausedUntil - System.nanoTime();
    if (pause > 0) {
      return follow.awaitMove(this::hasMoved, Duration.ofNanos(pause));
    }
    Moment now = follow.await(this::hasChanged, OpenAnswer.left(sentAt, heartbeat));
    if (System.nanoTime() - sentAt >= heartbeat.toNanos()) {
      send(out, HEARTBEAT);
    }
    return now;
  }

  private void sendJob(Moment moment, OutputStream out) throws IOException {
    byte[] data =
        Json.object(json -> {
          JobJson.summary(json, moment.job());
          ProgressJson.write(json, moment, clock.instant());
        });
    sendAt(EventPlace.of(moment.job()), "job", data, out);
  }

  private void sendProgress(Moment moment, OutputStream out) throws IOException {
    byte[] data =
        Json.object(json -> {
          JobJson.counts(json, moment.job().counts());
          JobJson.totalKnown(json, moment.job());
          ProgressJson.write(json, moment, clock.instant());
        });
    sendAt(EventPlace.of(moment.job()), "progress", data, out);
  }

  private void sendEnd(Job job, OutputStream out) throws IOException {
    byte[] data =
        Json.object(json -> {
          json.writeBooleanProperty("end", true);
          json.writeStringProperty("state", job.state().word());
          JobJson.counts(json, job.counts());
        });
    sendAt(EventPlace.of(job).atEnd(), "end", data, out);
  }

  private void sendRemoved(OutputStream out) throws IOException {
    send(out, Sse.event("problem", null, Problem.removed().json()));
  }

  private void sendAt(EventPlace place, String name, byte[] data, OutputStream out)
      throws IOException {
    send(out, Sse.event(name, place.text(id), data));
    seen = place;
    pausedUntil = sentAt + PAUSE.toNanos();
  }

  private void send(OutputStream out, byte[] bytes) throws IOException {
    out.write(bytes, 0, bytes.length);
    out.flush();
    sentAt = System.nanoTime();
  }
}
