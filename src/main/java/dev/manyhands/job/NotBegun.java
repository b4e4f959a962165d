package dev.manyhands.job;

/// Comes in place of a chunk's inputs: it was handed out, and is not to begin any more. None of its
/// tasks has started.
public final class NotBegun extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NotBegun(String why) {
    super(why);
  }
}
