package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.manyhands.dispatch.Names;
import dev.manyhands.job.Ending;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Outcome;
import dev.manyhands.json.TaskErrorJson;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Writes tasks as the elements of an array, without their values and in order of index, until
/// enough are written.
final class TaskRows {
  private final JsonGenerator json;
  private final Set<Outcome> wanted;
  private final boolean pending;
  private Names names = Names.NONE;
  private final int end;
  private int left;

  /// Index behind the last task that was gone over.
  private int at;

  /// @param wanted tasks that ended so
  /// @param pending tasks that have not ended
  /// @param from index of the first task that may be written
  /// @param end index behind the last
  /// @param limit the most that are written
  TaskRows(JsonGenerator json, Set<Outcome> wanted, boolean pending, int from, int end, int limit) {
    this.json = json;
    this.wanted = wanted;
    this.pending = pending;
    this.at = from;
    this.end = end;
    this.left = limit;
  }

  /// The same with the custom ids of the tasks.
  TaskRows naming(Names ofJob) {
    names = ofJob;
    return this;
  }

  /// Whether no more is to be written.
  boolean isFull() {
    return left == 0 || at >= end;
  }

  /// Index of the task that comes next.
  int at() {
    return at;
  }

  /// Tasks that have not ended, up to this index.
  void writePending(int until) {
    while (pending && at < until && !isFull()) {
      begin(at, "pending");
      json.writeEndObject();
      at++;
    }
    if (left > 0) {
      at = Math.max(at, Math.min(until, end));
    }
  }

  void write(Ending ending) throws IOException {
    if (!isFull()) {
      switch (ending) {
        case Ending.Unrun unrun -> writeUnrun(unrun);
        case Ending.Ran ran -> writeRan(ran);
      }
    }
  }

  private void writeUnrun(Ending.Unrun unrun) {
    while (wanted.contains(unrun.outcome()) && at < unrun.end() && !isFull()) {
      begin(at, unrun.outcome().word());
      json.writeEndObject();
      at++;
    }
    if (left > 0) {
      at = Math.min(unrun.end(), end);
    }
  }

  private void writeRan(Ending.Ran ran) throws IOException {
    Iterator<Failure> failures = ran.failures().iterator();
    Failure next = failures.hasNext() ? failures.next() : null;
    RunMs runMs = new RunMs(ran.times());
    while (at < ran.end() && !isFull()) {
      while (next != null && next.index() < at) {
        next = failures.hasNext() ? failures.next() : null;
      }
      Failure failure = next != null && next.index() == at ? next : null;
      if (wanted.contains(failure == null ? Outcome.SUCCEEDED : failure.outcome())) {
        writeTask(ran, failure, runMs.at(at - ran.first()));
      }
      at++;
    }
  }

  private void writeTask(Ending.Ran ran, @Nullable Failure failure, byte[] runMs)
      throws IOException {
    begin(at, (failure == null ? Outcome.SUCCEEDED : failure.outcome()).word());
    if (failure != null) {
      json.writeName("error");
      json.writeRawValue(new String(TaskErrorJson.write(failure.error()), UTF_8));
    }
    json.writeNumberProperty("attempt", ran.attempt());
    json.writeNumberProperty("runMs", new BigDecimal(new String(runMs, UTF_8)));
    json.writeStringProperty("worker", ran.stint().worker());
    json.writeStringProperty("startedAt", ran.stint().startedAt().toString());
    json.writeStringProperty("endedAt", ran.stint().endedAt().toString());
    json.writeEndObject();
  }

  /// The custom id of the task, if it has one.
  static void writeName(JsonGenerator json, Names names, int index) {
    byte[] name = names.of(index);
    if (name != null) {
      json.writeName("customId");
      json.writeRawValue(new String(name, UTF_8));
    }
  }

  private void begin(int index, String status) {
    left--;
    json.writeStartObject();
    json.writeNumberProperty("index", index);
    writeName(json, names, index);
    json.writeStringProperty("status", status);
  }
}
