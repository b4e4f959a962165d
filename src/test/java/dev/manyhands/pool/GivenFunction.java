package dev.manyhands.pool;

import java.util.concurrent.Callable;

/// A function that a test gives as a lambda.
record GivenFunction<I, O>(String name, Class<I> inputType, Nature nature, Body<I, O> body)
    implements TaskFunction<I, O> {
  GivenFunction(String name, Class<I> inputType, Body<I, O> body) {
    this(name, inputType, Nature.COMPUTES, body);
  }

  interface Body<I, O> {
    O apply(I input) throws Exception;
  }

  /// One that does not look at its input.
  static GivenFunction<RawJson, Object> ofNothing(String name, Callable<Object> body) {
    return new GivenFunction<>(name, RawJson.class, _ -> body.call());
  }

  /// The same function, which says that it does this most of the time.
  GivenFunction<I, O> that(Nature does) {
    return new GivenFunction<>(name, inputType, does, body);
  }

  @Override
  public String description() {
    return "Made for a test.";
  }

  @Override
  public O apply(I input) throws Exception {
    return body.apply(input);
  }
}
