package dev.manyhands.pool;

import org.jspecify.annotations.Nullable;

/// A registered function as workers call it: the bytes of an input's line in, the bytes of the
/// value out.
///
/// @param <I> input
final class LineFunction<I> {
  private final TaskFunction<I, ?> function;
  private final InputReader<I> reader;

  LineFunction(TaskFunction<I, ?> function) {
    this.function = function;
    this.reader = InputReader.of(function.inputType());
  }

  TaskFunction<I, ?> function() {
    return function;
  }

  /// Runs one task and appends its value, without LF. After an exception an unfinished value may
  /// stand in the buffer.
  ///
  /// @param from where the input starts
  /// @param to the position of its line's LF
  /// @throws InvalidInput if the input does not fit the function's type
  /// @throws UnwritableValue if the value has no JSON form
  /// @throws Exception what the function throws
  void run(byte[] line, int from, int to, LineBuffer values) throws Exception {
    I input = reader.read(line, from, to);
    @Nullable Object value = function.apply(input);
    ValueWriter.write(value, input, values);
  }
}
