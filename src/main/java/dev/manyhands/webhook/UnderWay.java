package dev.manyhands.webhook;

import java.util.HashSet;
import java.util.Set;

/// Which deliveries are tried at present: each by one attempt at a time, and at most so many.
///
/// What is due is read from the outbox without a lock, so an attempt may be stored after it was
/// read that its delivery is due. Such a delivery is not begun by that look: the next one reads how
/// it stands. Used by one thread at a time.
final class UnderWay {
  private final int most;
  private final Set<String> ids = new HashSet<>();

  /// Bounded, since a look begins no more than may be under way.
  private final Set<String> endedSinceLook = new HashSet<>();

  UnderWay(int most) {
    this.most = most;
  }

  /// The outbox is read from here on.
  ///
  /// @return how many deliveries to ask for: those under way may be the first of them
  int look() {
    endedSinceLook.clear();
    return most;
  }

  /// @return false if it is not to be tried by this look
  boolean begin(String id) {
    return ids.size() < most && !endedSinceLook.contains(id) && ids.add(id);
  }

  void end(String id) {
    ids.remove(id);
    endedSinceLook.add(id);
  }
}
