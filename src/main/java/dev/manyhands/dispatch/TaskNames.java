package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.store.JobStore;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The custom ids of tasks on their way to readers. Those that were read last are kept for others,
/// bounded in bytes: many may follow one job.
final class TaskNames {
  private static final long MAX_BYTES = 16 << 20;

  /// The ids of a block of inputs.
  private record Block(JobId job, int first, IndexedInputs ids) {
    boolean holds(JobId ofJob, int index) {
      return index >= first && index < first + ids.count() && job.equals(ofJob);
    }
  }

  private final JobStore store;

  /// The one that was read last is at the end.
  @GuardedBy("this")
  private final Set<Block> blocks = new LinkedHashSet<>();

  @GuardedBy("this")
  private long bytes;

  TaskNames(JobStore store) {
    this.store = store;
  }

  /// Reads those of one job. Used by one thread at a time.
  Names of(JobId job) {
    return new Names() {
      private @Nullable Block block;

      @Override
      public byte @Nullable [] of(int index) {
        Block at = block;
        if (at == null || !at.holds(job, index)) {
          at = find(job, index);
          block = at;
        }
        if (at == null) {
          return null;
        }
        JsonLines line = at.ids.slice(index - at.first, 1);
        int end = line.offset() + line.length() - 1;
        return line.length() == 1 ? null : Arrays.copyOfRange(line.bytes(), line.offset(), end);
      }
    };
  }

  private @Nullable Block find(JobId job, int index) {
    Block known = known(job, index);
    if (known != null) {
      return known;
    }
    Optional<InputBlock> stored = store.customIds(job, index);
    if (stored.isEmpty()) {
      return null;
    }
    InputBlock ids = stored.get();
    Block block = new Block(job, ids.first(), new IndexedInputs(ids.inputs()));
    keep(block);
    return block;
  }

  private synchronized @Nullable Block known(JobId job, int index) {
    for (Block block : blocks) {
      if (block.holds(job, index)) {
        blocks.remove(block);
        blocks.add(block);
        return block;
      }
    }
    return null;
  }

  private synchronized void keep(Block block) {
    if (known(block.job, block.first) != null) {
      return;
    }
    blocks.add(block);
    bytes += block.ids.bytes();
    Iterator<Block> oldest = blocks.iterator();
    while (bytes > MAX_BYTES && blocks.size() > 1) {
      bytes -= oldest.next().ids.bytes();
      oldest.remove();
    }
  }
}
