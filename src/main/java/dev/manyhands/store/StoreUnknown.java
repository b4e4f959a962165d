package dev.manyhands.store;

import org.springframework.dao.DataAccessResourceFailureException;

/// Nobody knows whether something is stored.
public final class StoreUnknown extends DataAccessResourceFailureException {
  private static final long serialVersionUID = 1L;

  public StoreUnknown(String message, Throwable cause) {
    super(message, cause);
  }
}
