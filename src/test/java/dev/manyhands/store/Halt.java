package dev.manyhands.store;

import java.util.concurrent.atomic.AtomicInteger;

/// Halts the process at one side of a write, when it comes there for the n-th time: no shutdown
/// hook runs, nothing is closed.
///
/// @param place `before` its commit or `after` it
/// @param hit from 1
record Halt(String write, String place, int hit, AtomicInteger hits) implements CommitFault {
  static final int EXIT_CODE = 137;

  /// @param text such as `append.before@2`
  static Halt parse(String text) {
    String[] words = text.split("[.@]", -1);
    return new Halt(words[0], words[1], Integer.parseInt(words[2]), new AtomicInteger());
  }

  static String text(String write, String place, int hit) {
    return write + "." + place + "@" + hit;
  }

  @Override
  public void before(String reached) {
    at(reached, "before");
  }

  @Override
  public void after(String reached) {
    at(reached, "after");
  }

  private void at(String reached, String side) {
    if (reached.equals(write) && side.equals(place) && hits.incrementAndGet() == hit) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }
}
