package dev.manyhands.json;

import dev.manyhands.job.CustomId;
import dev.manyhands.job.Function;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Shown;
import dev.manyhands.job.Work;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The array `tasks` of a body while it is read: each element a task with an input, a function
/// unless it has the job's, and a custom id if wanted. Holds one task and one block at a time.
final class TaskList {
  private final Limits limits;
  private final BodyBytes bytes;
  private final JsonParser parser;
  private final Mistakes mistakes;
  private final TaskCutter cutter;
  private final FunctionTable functions;
  private final CustomIdSet ids = new CustomIdSet();

  // Of the task that is read now; places in the body, none: -1.
  private String task = "";
  private long inputFrom;
  private long inputTo;
  private boolean inputLines;
  private long functionFrom;
  private long functionTo;
  private byte @Nullable [] id;

  TaskList(
      Limits limits,
      BodyBytes bytes,
      JsonParser parser,
      Mistakes mistakes,
      Consumer<InputBlock> blocks) {
    this.limits = limits;
    this.bytes = bytes;
    this.parser = parser;
    this.mistakes = mistakes;
    this.cutter = new TaskCutter(blocks);
    this.functions = new FunctionTable(mistakes);
  }

  int total() {
    return cutter.total();
  }

  /// What the job runs.
  ///
  /// @param own the job's own function
  Work work(@Nullable Function own) {
    return new Work(functions.all(own), cutter.isNamed());
  }

  /// The pointer of the function, if there is only one.
  String functionAt() {
    return functions.isOfJob() ? "/function" : "/tasks/0/function";
  }

  /// Reads to the end of the array, which has begun.
  void read() {
    int number = 0;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (number == limits.maxInputs()) {
        throw FunctionTable.tooLarge(
            "max-inputs", "/tasks", "expected at most " + limits.maxInputs() + " tasks");
      }
      task = "/tasks/" + number++;
      if (token == JsonToken.START_OBJECT) {
        readTask();
      } else {
        mistakes.add(task, "expected an object with input, got another type");
        parser.skipChildren();
      }
      bytes.release(parser.currentLocation().getByteOffset());
    }
    cutter.end();
  }

  private void readTask() {
    inputFrom = -1;
    functionFrom = -1;
    id = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      long from = parser.currentTokenLocation().getByteOffset();
      switch (name) {
        case "input" -> {
          inputFrom = from;
          inputLines = token.isStructStart();
          inputTo = end(token);
        }
        case "function" -> {
          functionFrom = from;
          functionTo = end(token);
        }
        case "customId" -> readId(token);
        default -> {
          mistakes.add(
              Mistakes.pointer(task, name), "unknown field, expected function, input or customId");
          parser.skipChildren();
        }
      }
    }
    take();
  }

  private long end(JsonToken token) {
    if (token.isStructStart()) {
      parser.skipChildren();
    } else {
      parser.finishToken();
    }
    return parser.currentLocation().getByteOffset();
  }

  private void readId(JsonToken token) {
    if (token != JsonToken.VALUE_STRING) {
      mistakes.add(task + "/customId", "expected a string, got another type");
      parser.skipChildren();
      return;
    }
    String text = parser.getString();
    CustomId read = mistakes.orNote(task, () -> new CustomId(text));
    if (read != null && !ids.add(text)) {
      mistakes.add(
          task + "/customId", "expected one that no task before has, got: " + Shown.of(text));
    }
    if (ids.size() > CustomId.MAX_IN_JOB) {
      throw FunctionTable.tooLarge(
          "max-custom-ids",
          task + "/customId",
          "expected at most " + CustomId.MAX_IN_JOB + " custom ids");
    }
    id = read == null ? null : read.json();
  }

  private void take() {
    if (inputFrom < 0) {
      mistakes.add(task + "/input", "expected any JSON, got nothing");
      return;
    }
    int length = (int) (inputTo - inputFrom);
    if (length > limits.maxInput()) {
      throw bytes.inputTooLarge();
    }
    int function =
        functionFrom < 0
            ? functions.ofJob(task)
            : functions.of(
                bytes.window(),
                bytes.indexOf(functionFrom),
                (int) (functionTo - functionFrom),
                task);
    cutter.add(bytes.window(), bytes.indexOf(inputFrom), length, inputLines, function, id);
    if (cutter.changes() > Work.MAX_CHANGES) {
      throw FunctionTable.tooLarge(
          "max-function-changes",
          task,
          "expected tasks of the same function to stand side by side: at most "
              + Work.MAX_CHANGES
              + " changes of function");
    }
  }
}
