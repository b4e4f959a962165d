package dev.manyhands.store;

/// No connection to the store could be had, so that nothing was begun. The next try is likely to
/// wait for one as long.
public final class StoreUnreachable extends StoreUnavailable {
  private static final long serialVersionUID = 1;

  public StoreUnreachable(String message, Throwable cause) {
    super(message, cause);
  }
}
