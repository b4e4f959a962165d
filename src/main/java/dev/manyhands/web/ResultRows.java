package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.manyhands.dispatch.Names;
import dev.manyhands.job.Failure;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.LargeValue;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.json.LargeValuesJson;
import dev.manyhands.json.TaskErrorJson;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the tasks of result blocks as
/// `{"index":3,"status":"succeeded","value":16,"attempt":1,"runMs":0.4}`, copying the bytes of
/// values, until enough are written.
final class ResultRows {
  private static final byte[] INDEX = ascii("{\"index\":");
  private static final byte[] CUSTOM_ID = ascii(",\"customId\":");
  private static final byte[] VALUE = ascii(",\"value\":");
  private static final byte[] LARGE_VALUE = ascii(",\"largeValue\":");
  private static final byte[] ERROR = ascii(",\"error\":");
  private static final byte[] ATTEMPT = ascii(",\"attempt\":");
  private static final byte[] RUN_MS = ascii(",\"runMs\":");
  private static final byte[] ID = ascii("id: ");
  private static final byte[] DATA = ascii("\ndata: ");
  private static final byte[] NEXT = ascii(",\"next\":\"");

  /// Of a row beside its value, with a cursor.
  private static final int ROW_BYTES = 110;

  private static final Map<Outcome, byte[]> STATUS = new EnumMap<>(Outcome.class);

  static {
    for (Outcome outcome : Outcome.values()) {
      STATUS.put(outcome, ascii(",\"status\":\"" + outcome.word() + "\""));
    }
  }

  private final ByteSink sink;
  private final Form form;
  private final Set<Outcome> wanted;
  private final @Nullable Cursor marked;
  private Names names = Names.NONE;
  private long left;
  private boolean started;

  /// How many tasks come before the one behind the row, in the order that is read.
  private long place;

  /// How rows are kept apart.
  enum Form {
    /// Each row ends with a line feed.
    LINES,
    /// A comma between two rows, as in an array.
    ARRAY,
    /// As lines, each with the cursor behind it as `next`.
    FOLLOWED,
    /// Each row is an event whose id is the cursor behind it.
    EVENTS
  }

  /// @param limit the most rows that are written
  ResultRows(ByteSink sink, Form form, Set<Outcome> wanted, long limit) {
    this(sink, form, wanted, limit, null);
  }

  /// @param marked of the job and the order that is read, for rows with cursors
  ResultRows(ByteSink sink, Form form, Set<Outcome> wanted, long limit, @Nullable Cursor marked) {
    this.sink = sink;
    this.form = form;
    this.wanted = wanted;
    this.left = limit;
    this.marked = marked;
  }

  /// The same with the custom ids of the tasks.
  ResultRows naming(Names ofJob) {
    names = ofJob;
    return this;
  }

  /// About how many bytes the rows from the one at position `skip` on will be.
  static long estimate(ResultBlock block, int skip) {
    long values =
        switch (block) {
          case ResultBlock.Unrun _ -> 0;
          case ResultBlock.Ran ran -> ran.outcomes().values().length();
        };
    long rows = (long) block.count() - skip;
    return rows * ROW_BYTES + values * rows / block.count();
  }

  long left() {
    return left;
  }

  boolean isFull() {
    return left == 0;
  }

  boolean isStarted() {
    return started;
  }

  /// The same for a block at its place, for rows with cursors.
  int write(Logged logged, int skip) throws IOException {
    place = cursor().order().start(logged) + skip;
    return write(logged.block(), skip);
  }

  private Cursor cursor() {
    if (marked == null) {
      throw new IllegalStateException("rows with cursors need to know the job and the order");
    }
    return marked;
  }

  private byte[] mark() {
    return ascii(new Cursor(cursor().job(), cursor().order(), place).text());
  }

  /// Writes the block's tasks from the one at position `skip` on.
  ///
  /// @return the position where it stopped: the block's end, or behind the last row that was still
  ///   asked for
  int write(ResultBlock block, int skip) throws IOException {
    return switch (block) {
      case ResultBlock.Unrun unrun -> writeUnrun(unrun, skip);
      case ResultBlock.Ran ran -> writeRan(ran, skip);
    };
  }

  private int writeUnrun(ResultBlock.Unrun unrun, int skip) throws IOException {
    if (!wanted.contains(unrun.outcome())) {
      return unrun.count();
    }
    int position = skip;
    for (; position < unrun.count() && !isFull(); position++) {
      place++;
      begin(unrun.first() + position, unrun.outcome());
      end();
    }
    return position;
  }

  private int writeRan(ResultBlock.Ran ran, int skip) throws IOException {
    Outcomes outcomes = ran.outcomes();
    JsonLines values = outcomes.values();
    Iterator<Failure> failures = outcomes.failures().iterator();
    Failure next = failures.hasNext() ? failures.next() : null;
    RunMs runMs = new RunMs(outcomes.times());
    int at = values.offset();
    int position = 0;
    for (; position < outcomes.count() && !isFull(); position++) {
      int valueEnd = values.end(at);
      int index = outcomes.first() + position;
      Failure failure = next != null && next.index() == index ? next : null;
      Outcome outcome = failure == null ? Outcome.SUCCEEDED : failure.outcome();
      if (position >= skip) {
        place++;
      }
      if (position >= skip && wanted.contains(outcome)) {
        begin(index, outcome);
        LargeValue large = failure == null ? large(ran, index) : null;
        if (large != null) {
          sink.put(LARGE_VALUE).put(Json.object(json -> LargeValuesJson.writeFields(json, large)));
        } else if (failure == null) {
          sink.put(VALUE);
          putValue(values.bytes(), at, valueEnd - at);
        } else {
          sink.put(ERROR).put(TaskErrorJson.write(failure.error()));
        }
        sink.put(ATTEMPT).put((long) ran.attempt()).put(RUN_MS).put(runMs.at(position));
        end();
      }
      if (failure != null) {
        next = failures.hasNext() ? failures.next() : null;
      }
      at = valueEnd + 1;
    }
    return position;
  }

  private static @Nullable LargeValue large(ResultBlock.Ran ran, int index) {
    for (LargeValue value : ran.large()) {
      if (value.index() == index) {
        return value;
      }
    }
    return null;
  }

  /// An event's data ends with its line, and a carriage return would end that too; between the
  /// tokens of a value, the only place where one can be, a space says the same.
  private void putValue(byte[] bytes, int offset, int count) throws IOException {
    int from = offset;
    if (form == Form.EVENTS) {
      for (int i = offset; i < offset + count; i++) {
        if (bytes[i] == '\r') {
          sink.put(bytes, from, i - from).put(' ');
          from = i + 1;
        }
      }
    }
    sink.put(bytes, from, offset + count - from);
  }

  private void begin(int index, Outcome outcome) throws IOException {
    if (form == Form.ARRAY && started) {
      sink.put(',');
    }
    if (form == Form.EVENTS) {
      sink.put(ID).put(mark()).put(DATA);
    }
    started = true;
    left--;
    sink.put(INDEX).put((long) index);
    byte[] name = names.of(index);
    if (name != null) {
      sink.put(CUSTOM_ID).put(name);
    }
    sink.put(STATUS.getOrDefault(outcome, new byte[0]));
  }

  private void end() throws IOException {
    switch (form) {
      case ARRAY -> sink.put('}');
      case LINES -> sink.put('}').put('\n');
      case FOLLOWED -> sink.put(NEXT).put(mark()).put('"').put('}').put('\n');
      case EVENTS -> sink.put('}').put('\n').put('\n');
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
