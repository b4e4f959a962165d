package dev.manyhands.store;

/// The store could not commit for another reason than a full disk; nothing of it was stored.
public sealed class StoreUnavailable extends RuntimeException permits StoreUnreachable {
  private static final long serialVersionUID = 1;

  public StoreUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
