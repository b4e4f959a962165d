package dev.manyhands.pool;

import java.io.IOException;

/// A worker process was ended by a signal before it was there, or its keeper stood still: that says
/// nothing about the next one.
final class KilledAtStart extends IOException {
  private static final long serialVersionUID = 1;

  KilledAtStart(String message) {
    super(message);
  }
}
