package dev.manyhands.web.openapi;

import java.util.List;
import java.util.stream.Stream;

/// All operations that are described. A new endpoint gets its [Op] in the class of its theme, and a
/// new theme its class here.
final class Operations {
  private Operations() {}

  static List<Op> all() {
    return Stream.of(
            JobOperations.all(),
            InputOperations.all(),
            ResultOperations.all(),
            PoolOperations.all(),
            LimitOperations.all(),
            WebhookOperations.all(),
            ServiceOperations.all())
        .flatMap(List::stream)
        .toList();
  }
}
