package dev.manyhands.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads jobs that are this node's by the database, many in one transaction, in which ends what may
/// not run again. One that cannot be read costs no other. Used by one thread at a time.
final class StakeReader {
  private static final Logger LOG = LoggerFactory.getLogger(StakeReader.class);

  private final StoreWriter writer;
  private final int mostBytes;

  /// Each is read alone, and was told of.
  private final Set<Stake> unreadable = new HashSet<>();

  StakeReader(StoreWriter writer, int mostBytes) {
    this.writer = writer;
    this.mostBytes = mostBytes;
  }

  /// @param unread hears of those that cannot be read now
  /// @return in the order of the stakes, without those that have ended or are another's
  List<Claimed> read(List<Stake> stakes, Consumer<Stake> unread) {
    List<Stake> sound = stakes.stream().filter(stake -> !unreadable.contains(stake)).toList();
    List<Claimed> read = new ArrayList<>();
    if (!sound.isEmpty()) {
      read.addAll(readSound(sound, unread));
    }
    stakes.stream()
        .filter(stake -> !sound.contains(stake))
        .forEach(stake -> read.addAll(readAlone(stake, unread)));
    return read;
  }

  private List<Claimed> readSound(List<Stake> stakes, Consumer<Stake> unread) {
    try {
      return read(stakes);
    } catch (StoreUnreachable | StoreUnknown e) {
      throw e; // no job is the cause
    } catch (RuntimeException e) {
      LOG.debug("Jobs are read one by one, since one of them may be the cause", e);
      return stakes.stream().flatMap(stake -> readAlone(stake, unread).stream()).toList();
    }
  }

  private List<Claimed> readAlone(Stake stake, Consumer<Stake> unread) {
    try {
      List<Claimed> read = read(List.of(stake));
      unreadable.remove(stake);
      return read;
    } catch (StoreUnreachable | StoreUnknown e) {
      throw e;
    } catch (RuntimeException e) {
      if (unreadable.add(stake)) {
        LOG.error("{} cannot be read, and goes on when it can be", stake.job(), e);
      }
      unread.accept(stake);
      return List.of();
    }
  }

  private List<Claimed> read(List<Stake> stakes) {
    return writer.inTransaction(jdbc -> {
      List<Claimed> claimed =
          stakes.stream()
              .map(stake -> Claims.read(jdbc, stake, mostBytes))
              .filter(Objects::nonNull)
              .toList();
      Dependencies.releaseEnded(jdbc);
      return claimed;
    });
  }
}
