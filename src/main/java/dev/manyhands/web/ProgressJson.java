package dev.manyhands.web;

import dev.manyhands.dispatch.Moment;
import dev.manyhands.dispatch.Progress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.core.JsonGenerator;

/// How far a job is: `"progress":{"done":40,"tasksPerSecond":12.5,"eta":{"earliest":…,"likely":…,
/// "latest":…}}`. Without `eta` where nobody can know: nothing has ended, or nothing runs. While
/// inputs may still come it is the end of those that have come.
final class ProgressJson {
  private ProgressJson() {}

  static void write(JsonGenerator json, Moment moment, Instant now) {
    json.writeObjectPropertyStart("progress");
    json.writeNumberProperty("done", moment.job().counts().done());
    Progress progress = moment.progress();
    if (progress != null) {
      boolean ended = moment.job().state().isTerminal();
      double speed = progress.tasksPerSecond(ended ? progress.at() : now);
      json.writeNumberProperty("tasksPerSecond", rounded(speed));
      progress.eta(moment.job(), now).ifPresent(eta -> write(json, eta));
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Progress.Eta eta) {
    json.writeObjectPropertyStart("eta");
    json.writeStringProperty("earliest", text(eta.earliest()));
    json.writeStringProperty("likely", text(eta.likely()));
    json.writeStringProperty("latest", text(eta.latest()));
    json.writeEndObject();
  }

  /// More would say more than is known.
  private static String text(Instant at) {
    return at.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /// To three digits and a bit: nobody measures a speed better.
  private static double rounded(double speed) {
    double unit = Math.pow(10, Math.floor(Math.log10(Math.max(speed, 1e-9))) - 3);
    return Math.round(Math.round(speed / unit) * unit * 1e9) / 1e9;
  }
}
