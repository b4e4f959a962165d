package dev.manyhands.json;

import dev.manyhands.job.Function;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Work;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The functions of a job's tasks as they come, each once: one that is written as an earlier one
/// was is not read again. Used by one thread.
final class FunctionTable {
  /// Stands in for one with mistakes.
  private static final Function NONE = new Function.Java("none");

  private final Mistakes mistakes;
  private final Map<ByteBuffer, Integer> byText = new HashMap<>();
  private final List<@Nullable Function> functions = new ArrayList<>();
  private int bytes;
  private byte[] last = {};
  private int lastPlace;

  /// The place of the job's own function, which tasks without one have; -1: none needs it.
  private int ofJob = -1;

  /// The first task that needs it.
  private String needsOfJob = "";

  FunctionTable(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /// The place of the job's own function, which comes with the job.
  int ofJob(String task) {
    if (ofJob < 0) {
      ofJob = place(null);
      needsOfJob = task;
    }
    return ofJob;
  }

  /// Whether a task needs the job's own.
  boolean isOfJob() {
    return ofJob >= 0;
  }

  /// The place of a task's function.
  ///
  /// @param task its pointer
  int of(byte[] from, int start, int length, String task) {
    if (Arrays.equals(last, 0, last.length, from, start, start + length)) {
      return lastPlace;
    }
    last = Arrays.copyOfRange(from, start, start + length);
    lastPlace = byText.computeIfAbsent(ByteBuffer.wrap(last), _ -> read(last, task));
    return lastPlace;
  }

  private int read(byte[] text, String task) {
    bytes += text.length;
    if (bytes > Limits.MAX_FUNCTIONS_BYTES) {
      throw tooLarge(
          "max-functions-bytes",
          task,
          "expected functions of at most " + Limits.MAX_FUNCTIONS_BYTES + " bytes");
    }
    Mistakes ofIt = new Mistakes();
    var owner = Documents.MAPPER.createObjectNode().set("function", Documents.tree(text));
    Function function = new FunctionReader(ofIt).read(new Fields(owner, "", ofIt));
    mistakes.addAll(task, ofIt);
    Function known = Objects.requireNonNullElse(function, NONE);
    int there = functions.indexOf(known);
    return there >= 0 ? there : place(known);
  }

  private int place(@Nullable Function function) {
    if (functions.size() == Work.MAX_FUNCTIONS) {
      throw tooLarge(
          "max-functions", "/tasks", "expected at most " + Work.MAX_FUNCTIONS + " functions");
    }
    functions.add(function);
    return functions.size() - 1;
  }

  static Refused tooLarge(String limit, String pointer, String detail) {
    return new Refused(new Refusal.TooLarge(limit, pointer, detail + ", got more"));
  }

  /// All of them, in order of place.
  ///
  /// @param own the job's own
  List<Function> all(@Nullable Function own) {
    if (ofJob >= 0 && own == null) {
      mistakes.add(
          needsOfJob + "/function", "expected an object, here or beside tasks, got nothing");
    }
    List<Function> all = new ArrayList<>();
    functions.forEach(
        function -> all.add(Objects.requireNonNullElse(function, own == null ? NONE : own)));
    return all;
  }
}
