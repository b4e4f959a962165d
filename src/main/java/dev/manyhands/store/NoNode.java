package dev.manyhands.store;

import org.springframework.dao.DataAccessResourceFailureException;

/// The others have given this node up, and it does not know it yet: what it would take on now might
/// be nobody's.
final class NoNode extends DataAccessResourceFailureException {
  private static final long serialVersionUID = 1L;

  NoNode(String node) {
    super(node + " has lost its lease, and takes nothing on until it has another");
  }
}
