package dev.manyhands.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/// Counts the messages that were dropped, by reason. Safe for use by several threads.
final class Dropped {
  /// Why a message was dropped.
  enum Reason {
    /// No chunk with its token is out.
    UNKNOWN,
    /// All that it tells was told before.
    REPEATED,
    /// It is none of ours, or tells of what it was not asked.
    MALFORMED,
    /// It is of a node of another version.
    VERSION
  }

  private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

  Dropped(MeterRegistry registry) {
    for (Reason reason : Reason.values()) {
      Counter counter =
          Counter.builder("manyhands.cluster.dropped")
              .tag("reason", reason.name().toLowerCase(Locale.ROOT))
              .description("Messages that were dropped")
              .register(registry);
      counters.put(reason, counter);
    }
  }

  void count(Reason reason) {
    Counter counter = counters.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }

  /// A message that could not be read.
  void count(RuntimeException why) {
    count(why instanceof OtherVersion ? Reason.VERSION : Reason.MALFORMED);
  }
}
