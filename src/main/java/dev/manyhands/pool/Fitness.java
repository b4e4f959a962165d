package dev.manyhands.pool;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Whether a pool can work at present, and who hears when that changes. Safe for use by several
/// threads; who hears is called without a lock, asks again, and so is right in the end however
/// calls cross.
final class Fitness {
  private final AtomicReference<@Nullable String> problem = new AtomicReference<>();
  private volatile Runnable listener = () -> {};

  void onChange(Runnable hearer) {
    listener = hearer;
  }

  /// Why the pool cannot work; none: it can.
  Optional<String> problem() {
    return Optional.ofNullable(problem.get());
  }

  boolean isWell() {
    return problem.get() == null;
  }

  /// The pool cannot work from now on.
  ///
  /// @return whether that is new: another reason is none
  boolean broke(String why) {
    @Nullable String before = problem.getAndSet(why);
    if (!Objects.equals(before, why)) {
      listener.run();
    }
    return before == null;
  }

  /// The pool works again.
  ///
  /// @return whether that is new
  boolean healed() {
    boolean was = problem.getAndSet(null) != null;
    if (was) {
      listener.run();
    }
    return was;
  }
}
