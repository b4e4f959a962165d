package dev.manyhands.web;

import dev.manyhands.job.Refusal;
import java.io.IOException;

/// The rest of a body was not read, since the service stops, or its job takes no more.
final class UploadEnded extends IOException {
  private static final long serialVersionUID = 1L;

  /// What the sender is told.
  @SuppressWarnings("serial") // nobody serializes it
  final Refusal refusal;

  UploadEnded() {
    this(
        new Refusal.Busy(
            "the service is stopping: the body was not read to its end", Readers.RETRY_SECONDS));
  }

  UploadEnded(Refusal refusal) {
    super(refusal.detail());
    this.refusal = refusal;
  }
}
