package dev.manyhands.pool;

import org.jspecify.annotations.Nullable;

/// A registered function as workers call it: the bytes of an input's line in, the bytes of the
/// value out.
///
/// @param <I> input
final class LineFunction<I> implements LineTask {
  private final TaskFunction<I, ?> function;
  private final InputReader<I> reader;

  LineFunction(TaskFunction<I, ?> function) {
    this.function = function;
    this.reader = InputReader.of(function.inputType());
  }

  TaskFunction<I, ?> function() {
    return function;
  }

  @Override
  public void run(byte[] line, int from, int to, LineBuffer values) throws Exception {
    I input = reader.read(line, from, to);
    @Nullable Object value = function.apply(input);
    ValueWriter.write(value, input, values);
  }
}
