package dev.manyhands.store;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// The names of all that is ever written to the store, and which of them a thread is writing.
///
/// Those of a [Change] follow from its type, so a new one is here by itself. Any other transaction
/// is known by the method that runs it; one that is not known is a mistake.
final class Writes {
  static final String CLAIM = "claim";
  static final String DELIVERY = "delivery";
  static final String PORTION = "portion";
  static final String MIGRATION = "migration";

  /// On PostgreSQL a node writes of itself as well, each time in one statement.
  static final String ENTER = "enter";

  static final String DUTY = "duty";
  static final String RENEW = "renew";
  static final String LEAVE = "leave";
  static final Set<String> OF_THE_LEASE = Set.of(ENTER, DUTY, RENEW, LEAVE);

  private static final ThreadLocal<List<Change>> COMMITTING = new ThreadLocal<>();

  private Writes() {}

  static Set<String> all() {
    Set<String> all = new TreeSet<>(Set.of(CLAIM, DELIVERY, PORTION, MIGRATION));
    Arrays.stream(Change.class.getPermittedSubclasses()).map(Writes::name).forEach(all::add);
    return all;
  }

  /// What a statement on the connection of the lease writes; one that is not known is a mistake.
  ///
  /// @return empty if it reads
  static Set<String> ofLease(String statement) {
    return switch (statement) {
      case NodeRows.ENTER -> Set.of(ENTER);
      case Duties.BEGIN -> Set.of(DUTY);
      case NodeRows.RENEW -> Set.of(RENEW);
      case NodeRows.LEAVE -> Set.of(LEAVE);
      default -> {
        if (!statement.startsWith("SELECT")) {
          throw new IllegalStateException("a write without a name: " + statement);
        }
        yield Set.of();
      }
    };
  }

  private static String name(Class<?> change) {
    return change.getSimpleName().toLowerCase(Locale.ROOT);
  }

  /// This thread commits these changes from now on; none: it does not any more.
  static void committing(List<Change> changes) {
    COMMITTING.set(changes);
  }

  /// What the transaction of this thread writes.
  static Set<String> now() {
    String caller =
        StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
            .walk(frames -> frames.map(Writes::method).filter(Writes::isKnown).findFirst())
            .orElseThrow(() -> new IllegalStateException("a write without a name"));
    return switch (caller) {
      case "SqlJobStore.commit" -> ofChanges();
      case "SqliteJobStore.claimUnfinished", "Takeover.take", "StakeReader.read" -> Set.of(CLAIM);
      case "SqlOutbox.record" -> Set.of(DELIVERY);
      default -> Set.of(PORTION);
    };
  }

  /// The methods that run transactions: [#all] is complete as long as there are no others.
  static final Set<String> CALLERS =
      Set.of(
          "SqlJobStore.commit",
          "SqliteJobStore.claimUnfinished",
          "Takeover.take",
          "StakeReader.read",
          "SqlOutbox.record",
          "Housekeeping.keep");

  private static boolean isKnown(String method) {
    return CALLERS.contains(method);
  }

  private static String method(StackWalker.StackFrame frame) {
    return frame.getDeclaringClass().getSimpleName() + "." + frame.getMethodName();
  }

  private static Set<String> ofChanges() {
    Set<String> names = new LinkedHashSet<>();
    COMMITTING.get().forEach(change -> names.add(name(change.getClass())));
    return names;
  }
}
