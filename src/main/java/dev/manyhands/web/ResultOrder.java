package dev.manyhands.web;

import dev.manyhands.job.Logged;
import java.util.Locale;

/// In which order results are read.
enum ResultOrder {
  /// By index, as far as every task before has ended (`Pool.imap`).
  INPUT,
  /// As they ended (`Pool.imap_unordered`).
  COMPLETION;

  /// Where the block begins in this order.
  long start(Logged logged) {
    return switch (this) {
      case INPUT -> logged.block().first();
      case COMPLETION -> logged.seq();
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
