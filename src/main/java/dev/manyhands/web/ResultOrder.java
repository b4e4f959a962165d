package dev.manyhands.web;

import java.util.Locale;

/// In which order results are read.
enum ResultOrder {
  /// By index, as far as every task before has ended (`Pool.imap`).
  INPUT,
  /// As they ended (`Pool.imap_unordered`).
  COMPLETION;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
