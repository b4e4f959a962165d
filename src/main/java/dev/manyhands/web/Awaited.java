package dev.manyhands.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// What a request may wait for, and what it answers then. Holds nothing of the request, which may
/// be over by then.
///
/// @param await gives it after at most so long
/// @param now gives it as it stands
/// @param over whether there is nothing to wait for
/// @param mayLeave whether the wait needs nothing of the request
record Awaited<T>(
    Function<Duration, T> await,
    Supplier<T> now,
    Predicate<T> over,
    Answer<T> answer,
    boolean mayLeave) {

  /// Writes what came of it.
  interface Answer<T> {
    void send(T found, HttpServletResponse response) throws IOException;
  }
}
