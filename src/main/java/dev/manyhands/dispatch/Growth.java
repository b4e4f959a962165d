package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.store.Change;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a job that receives takes in one commit: inputs of any number of senders, in the order in
/// which they came.
///
/// @param blocks all of them, from the job's first index that is free
/// @param count of inputs
/// @param bytes of inputs
record Growth(List<Part> parts, int first, List<InputBlock> blocks, int count, long bytes) {
  /// Who sent inputs. Called once for each run of them, by the thread that committed.
  interface Sender {
    /// They are committed, from this index on.
    void taken(int first, int count);

    /// They are not stored.
    void refused(RuntimeException why);

    /// Why something of what it sent is not stored: what it sent after that must not stand in its
    /// place. None: all of it is, as far as is known.
    @Nullable RuntimeException failure();
  }

  /// A run of inputs of one sender.
  ///
  /// @param once its sender's key for it
  record Part(JsonLines inputs, Sender sender, Change.@Nullable Once once) {}

  /// What the job may still take of what has come; the senders of the rest are told. Of each sender
  /// it is the first that it sent, without a gap.
  ///
  /// @param first index of the next input
  /// @param maxInputs of a job
  static List<Part> fitting(List<Part> come, int first, int maxInputs) {
    List<Part> fitting = new ArrayList<>(come.size());
    long next = first;
    for (Part part : come) {
      RuntimeException failure = part.sender.failure();
      if (failure != null) {
        part.sender.refused(failure);
      } else if (next + part.inputs.count() <= maxInputs) {
        next += part.inputs.count();
        fitting.add(part);
      } else {
        String detail = "expected at most " + maxInputs + " inputs of a job, it has " + next;
        part.sender.refused(new Refused(new Refusal.TooLarge("max-inputs", "", detail)));
      }
    }
    return fitting;
  }

  /// @param parts which the job may take
  /// @param first index of the next input
  static Growth of(List<Part> parts, int first) {
    List<InputBlock> blocks = InputMerge.blocks(first, parts.stream().map(Part::inputs).toList());
    int count = parts.stream().mapToInt(part -> part.inputs.count()).sum();
    long bytes = blocks.stream().mapToLong(block -> block.inputs().length()).sum();
    return new Growth(List.copyOf(parts), first, blocks, count, bytes);
  }

  /// Those whose senders named keys.
  List<Change.Added> added() {
    List<Change.Added> added = new ArrayList<>(0);
    int next = first;
    for (Part part : parts) {
      if (part.once != null) {
        added.add(new Change.Added(part.once, next, part.inputs.count()));
      }
      next += part.inputs.count();
    }
    return added;
  }

  /// What goes wrong about one sender is nothing to the others.
  void tellTaken() {
    int next = first;
    for (Part part : parts) {
      int from = next;
      Mailbox.attempt(() -> part.sender.taken(from, part.inputs.count()));
      next += part.inputs.count();
    }
  }

  static void tellRefused(List<Part> parts, RuntimeException why) {
    parts.forEach(part -> Mailbox.attempt(() -> part.sender.refused(why)));
  }
}
