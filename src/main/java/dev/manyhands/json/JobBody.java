package dev.manyhands.json;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;

/// One body while it is read: the parser finds where each value starts and ends, the bytes are
/// copied from beside it.
final class JobBody {
  private static final String INPUTS = "inputs";
  private static final String TASKS = "tasks";
  private static final int MAX_STEPS = 4;

  private final Limits limits;
  private final BodyBytes bytes;
  private final JsonParser parser;
  private final Consumer<InputBlock> blocks;
  private final BlockCutter cutter;
  private final Mistakes mistakes = new Mistakes();

  /// The posted object without its inputs.
  private final ByteArrayOutputStream spec = new ByteArrayOutputStream();

  private boolean inputsCame;

  /// None: they did not come.
  private @Nullable TaskList tasks;

  /// What is to be said if the job needs inputs with it; none: they came.
  private @Nullable String noInputs = "expected an array of at least one input, got nothing";

  JobBody(Limits limits, BodyBytes bytes, JsonParser parser, Consumer<InputBlock> blocks) {
    this.limits = limits;
    this.bytes = bytes;
    this.parser = parser;
    this.blocks = blocks;
    this.cutter = new BlockCutter(blocks);
    bytes.placedBy(this::pointer);
  }

  Posted read() throws IOException {
    readAll();
    TaskList list = tasks;
    if (list == null) {
      Asked asked = SpecJson.read(spec.toByteArray(), noInputs, mistakes);
      return new Posted(asked, cutter.total(), "/function");
    }
    if (list.total() == 0 && mistakes.isEmpty()) {
      mistakes.add("/tasks", "expected an array of at least one task, got an empty one");
    }
    Asked asked = SpecJson.readWithTasks(spec.toByteArray(), list, mistakes);
    return new Posted(asked, list.total(), list.functionAt());
  }

  /// A document that has inputs and nothing else.
  void readInputsAlone() throws IOException {
    readAll();
    if (noInputs != null) {
      mistakes.add("/inputs", noInputs);
    }
    new Fields(Documents.tree(spec.toByteArray()), "", mistakes).end(INPUTS);
    if (!mistakes.isEmpty()) {
      throw mistakes.refused();
    }
  }

  private void readAll() throws IOException {
    try {
      readObject();
      if (parser.nextToken() != null) {
        throw malformed("expected nothing after the job's }, got " + parser.currentToken());
      }
    } catch (JacksonIOException broken) {
      throw broken.getCause();
    } catch (StreamConstraintsException beyond) {
      throw tooLarge(beyond);
    } catch (JacksonException notJson) {
      throw malformed(Complaint.of(notJson));
    }
    cutter.end();
  }

  private void readObject() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw malformed("expected a JSON object, got an empty body");
    }
    if (first != JsonToken.START_OBJECT) {
      mistakes.add("", "expected an object with function and inputs, or with tasks");
      throw mistakes.refused();
    }
    spec.write('{');
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      if (parser.currentName().equals(INPUTS)) {
        readInputs();
      } else if (parser.currentName().equals(TASKS)) {
        readTasks();
      } else {
        keepField();
      }
    }
    spec.write('}');
  }

  private void readInputs() {
    if (tasks != null) {
      skipSecondList();
      return;
    }
    inputsCame = true;
    noInputs = null;
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      mistakes.add("/inputs", "expected an array of inputs, got another type");
      parser.skipChildren();
      return;
    }
    JsonToken token = parser.nextToken();
    if (token == JsonToken.END_ARRAY) {
      noInputs = "expected an array of at least one input, got an empty one";
    }
    for (; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      cutInput(token);
    }
  }

  private void readTasks() {
    if (inputsCame) {
      skipSecondList();
      return;
    }
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      mistakes.add("/tasks", "expected an array of tasks, got another type");
      parser.skipChildren();
      return;
    }
    tasks = new TaskList(limits, bytes, parser, mistakes, blocks);
    tasks.read();
  }

  /// Inputs and tasks are two ways to say the same.
  private void skipSecondList() {
    mistakes.add("/tasks", "expected inputs or tasks, got both");
    parser.nextToken();
    parser.skipChildren();
  }

  private void cutInput(JsonToken token) {
    long from = parser.currentTokenLocation().getByteOffset();
    boolean isStruct = token.isStructStart();
    long to = endOfValue(isStruct);
    int length = (int) (to - from);
    if (length > limits.maxInput()) {
      throw bytes.inputTooLarge();
    }
    if (cutter.total() == limits.maxInputs()) {
      throw new Refused(
          new Refusal.TooLarge(
              "max-inputs",
              "/inputs",
              "expected at most " + limits.maxInputs() + " inputs, got more"));
    }
    cutter.add(bytes.window(), bytes.indexOf(from), length, isStruct);
    bytes.release(to);
  }

  private void keepField() throws IOException {
    long from = parser.currentTokenLocation().getByteOffset();
    long to = endOfValue(parser.nextToken().isStructStart());
    if (spec.size() + to - from > limits.maxInput()) {
      throw bytes.inputTooLarge();
    }
    if (spec.size() > 1) {
      spec.write(',');
    }
    bytes.copy(from, to, spec);
    bytes.release(to);
  }

  /// Goes over the current value, which leaves the parser right behind its last byte.
  private long endOfValue(boolean isStruct) {
    if (isStruct) {
      parser.skipChildren();
    } else {
      parser.finishToken();
    }
    return parser.currentLocation().getByteOffset();
  }

  private Refused malformed(String detail) {
    return new Refused(new Refusal.Malformed(detail, List.of(new Mistake(pointer(), detail))));
  }

  private Refused tooLarge(StreamConstraintsException beyond) {
    return Beyond.limit(beyond, pointer(), pointer()).orElseGet(bytes::inputTooLarge);
  }

  /// The place of the parser: an input, or a field of the job and what is in it.
  private String pointer() {
    Deque<String> steps = new ArrayDeque<>();
    for (TokenStreamContext at = parser.streamReadContext(); at != null; at = at.getParent()) {
      if (at.inArray()) {
        steps.addFirst(String.valueOf(at.getCurrentIndex()));
      } else if (at.inObject() && at.currentName() != null) {
        steps.addFirst(at.currentName());
      }
    }
    String pointer = "";
    int levels =
        INPUTS.equals(steps.peekFirst()) ? 2 : TASKS.equals(steps.peekFirst()) ? 3 : MAX_STEPS;
    for (String step : steps.stream().limit(levels).toList()) {
      pointer = Mistakes.pointer(pointer, step);
    }
    return pointer;
  }
}
