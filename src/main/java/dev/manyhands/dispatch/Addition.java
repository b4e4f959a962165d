package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Refusal;
import dev.manyhands.store.Change;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Inputs that one request adds to an open job, as they arrive: they run at once, and count once
/// they are committed, whatever becomes of the request.
public final class Addition {
  private final Inflow inflow;
  private final Sent sent = new Sent();

  Addition(Inflow inflow) {
    this.inflow = inflow;
  }

  /// @param told runs once when the job takes nothing more: now, if that is so already
  public void whenClosed(Runnable told) {
    inflow.whenClosed(told);
  }

  /// It is not told any more.
  public void forget(Runnable told) {
    inflow.forget(told);
  }

  /// Why the job takes nothing more; none: it does.
  public Optional<Refusal> closed() {
    return inflow.closed();
  }

  /// Sends inputs on their way; waits while the job has far more than it has run.
  ///
  /// @throws dev.manyhands.job.Refused if the job takes no more
  public void add(InputBlock block) {
    sent.send(inflow, block.inputs());
  }

  /// Sends inputs on their way that are in memory anyway: waits for the commit under way alone. Who
  /// reads more of them waits for room before: [#awaitRoom].
  ///
  /// @throws dev.manyhands.job.Refused if the job takes no more
  void addAtHand(InputBlock block) {
    sent.sendAtHand(inflow, block.inputs());
  }

  /// Whether the job has far more than it has run, and takes more.
  boolean isFull() {
    return inflow.isFull();
  }

  /// Returns when it is not, however long that takes.
  void awaitRoom() {
    inflow.awaitRoom();
  }

  /// Sends inputs that are committed together or not at all.
  ///
  /// @param once the request's key, with what was sent
  public void addTogether(List<InputBlock> blocks, Change.@Nullable Once once) {
    List<JsonLines> runs = blocks.stream().map(InputBlock::inputs).toList();
    if (!runs.isEmpty()) {
      sent.sendWhole(inflow, InputMerge.joined(runs), once);
    }
  }

  /// Returns when all are committed.
  ///
  /// @throws dev.manyhands.job.Refused if some were not taken; [#taken] says what was
  public Receipt await() {
    return sent.await();
  }

  /// What was taken, when that is known of all that was sent.
  public Receipt taken() {
    return sent.kept();
  }
}
