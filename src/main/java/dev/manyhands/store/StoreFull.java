package dev.manyhands.store;

/// The disk has no room for a commit; nothing of it was stored.
public final class StoreFull extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoreFull(String message, Throwable cause) {
    super(message, cause);
  }
}
