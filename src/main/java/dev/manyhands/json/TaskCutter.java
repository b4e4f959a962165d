package dev.manyhands.json;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JsonLines;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gathers inputs of tasks that need not be alike into blocks: a block has one function, and a line
/// of custom ids beside each input.
public final class TaskCutter {
  private static final int FIRST_BYTES = 256;

  private final BlockCutter inputs;
  private final Consumer<InputBlock> blocks;
  private byte[] ids = new byte[FIRST_BYTES];
  private int idBytes;
  private int function;
  private int changes;
  private boolean named;

  public TaskCutter(Consumer<InputBlock> blocks) {
    this.blocks = blocks;
    this.inputs = new BlockCutter(this::handOn);
  }

  /// How many tasks came so far.
  public int total() {
    return inputs.total();
  }

  /// How often the function was another one than that of the task before.
  int changes() {
    return changes;
  }

  /// Whether a task had a custom id.
  boolean isNamed() {
    return named;
  }

  /// Adds one task.
  ///
  /// @param lines whether the input may hold line breaks, as in [BlockCutter]
  /// @param nextFunction its place in the job's functions
  /// @param id as JSON; none: it has none
  void add(
      byte[] from, int offset, int length, boolean lines, int nextFunction, byte @Nullable [] id) {
    if (nextFunction != function && total() > 0) {
      changes++;
      cut();
    }
    function = nextFunction;
    addId(id == null ? new byte[0] : id);
    inputs.add(from, offset, length, lines);
    if (idBytes >= InputBlock.TARGET_BYTES) {
      cut();
    }
  }

  /// Adds tasks that were cut out before.
  ///
  /// @param customIds a line for each; none: they have none
  public void add(JsonLines values, int itsFunction, @Nullable JsonLines customIds) {
    int at = values.offset();
    int id = customIds == null ? 0 : customIds.offset();
    for (int i = 0; i < values.count(); i++) {
      int end = values.end(at);
      byte[] name = null;
      if (customIds != null) {
        int idEnd = customIds.end(id);
        name = id == idEnd ? null : Arrays.copyOfRange(customIds.bytes(), id, idEnd);
        id = idEnd + 1;
      }
      add(values.bytes(), at, end - at, false, itsFunction, name);
      at = end + 1;
    }
  }

  private void addId(byte[] id) {
    named |= id.length > 0;
    int needed = idBytes + id.length + 1;
    if (needed > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(needed, 2 * ids.length));
    }
    System.arraycopy(id, 0, ids, idBytes, id.length);
    ids[needed - 1] = '\n';
    idBytes = needed;
  }

  private void cut() {
    inputs.takePart().ifPresent(this::handOn);
  }

  /// Hands on what is left.
  public void end() {
    inputs.end();
  }

  private void handOn(InputBlock block) {
    JsonLines names = new JsonLines(Arrays.copyOf(ids, idBytes), 0, idBytes, block.count());
    idBytes = 0;
    blocks.accept(new InputBlock(block.first(), block.inputs(), function, names));
  }
}
