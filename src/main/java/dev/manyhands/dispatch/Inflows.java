package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.store.Change;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/// Makes the ways of inputs into jobs that receive.
final class Inflows {
  private final ResultWriter writer;
  private final int maxInputs;
  private final long maxAhead;
  private final Duration maxHold;
  private final InstantSource clock;

  /// @param maxInputs of one job
  /// @param settings how many bytes of one job's inputs may have arrived and not been run, and for
  ///   how long a sender is held then
  Inflows(ResultWriter writer, int maxInputs, DispatchSettings settings, InstantSource clock) {
    this.writer = writer;
    this.maxInputs = maxInputs;
    this.maxAhead = settings.maxAhead().toBytes();
    this.maxHold = settings.maxHold();
    this.clock = clock;
  }

  Instant now() {
    return clock.instant();
  }

  /// @param grown told of blocks that were committed, before their senders are
  Inflow of(Job job, long epoch, Consumer<List<InputBlock>> grown) {
    return new Inflow(
        job.counts().total(),
        maxInputs,
        new Ahead(maxAhead),
        maxHold,
        (blocks, added, done, failed) ->
            writer.grow(
                new Change.Grow(job.id(), epoch, blocks, added, clock.instant()),
                took -> {
                  if (took) {
                    Mailbox.attempt(() -> grown.accept(blocks));
                  }
                  done.accept(took);
                },
                failed));
  }
}
