package dev.manyhands.pool;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.util.JsonGeneratorDelegate;

/// Refuses NaN and the infinities, which JSON does not know. Jackson would write them as strings,
/// and a list of numbers would silently hold a text.
final class FiniteNumbers extends JsonGeneratorDelegate {
  FiniteNumbers(JsonGenerator to) {
    super(to, false);
  }

  @Override
  public JsonGenerator writeNumber(double number) {
    requireFinite(number);
    return super.writeNumber(number);
  }

  @Override
  public JsonGenerator writeNumber(float number) {
    requireFinite(number);
    return super.writeNumber(number);
  }

  @Override
  public JsonGenerator writeArray(double[] numbers, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      requireFinite(numbers[i]);
    }
    return super.writeArray(numbers, offset, length);
  }

  private void requireFinite(double number) {
    if (!Double.isFinite(number)) {
      throw new StreamWriteException(this, "JSON has no " + number);
    }
  }
}
