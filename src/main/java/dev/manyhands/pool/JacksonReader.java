package dev.manyhands.pool;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;

/// Reads inputs of any type that Jackson can read.
///
/// @param <I> the input type
final class JacksonReader<I> implements InputReader<I> {
  private final ObjectReader reader;
  private final String expected;

  JacksonReader(Class<I> type) {
    reader = TaskJson.MAPPER.readerFor(type);
    expected = InputShape.inWords(type);
  }

  @Override
  public I read(byte[] line, int from, int to) throws InvalidInput {
    @Nullable I input;
    try {
      input = reader.readValue(line, from, to - from);
    } catch (JacksonException e) {
      InvalidInput invalid = InputReader.invalid(expected, line, from, to);
      throw new InvalidInput(invalid.getMessage() + " (" + e.getOriginalMessage() + where(e) + ")");
    }
    if (input == null || input instanceof Double number && !Double.isFinite(number)) {
      throw InputReader.invalid(expected, line, from, to);
    }
    return input;
  }

  /// The place of the mistake within the input, as a JSON pointer.
  private static String where(JacksonException e) {
    StringBuilder pointer = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      String name = step.getPropertyName();
      pointer.append('/').append(name == null ? step.getIndex() : name);
    }
    return pointer.isEmpty() ? "" : ", at " + pointer;
  }
}
