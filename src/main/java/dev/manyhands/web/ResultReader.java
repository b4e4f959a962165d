package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a job's log from a cursor on, a few blocks at a time.
final class ResultReader {
  /// At most, of one read; the store bounds their bytes.
  private static final int BLOCKS = 1000;

  private final JobService jobs;

  ResultReader(JobService jobs) {
    this.jobs = jobs;
  }

  /// Writes rows until there are enough, or no more are there. In the order of inputs it stops
  /// before the first task that has not ended, so that who goes on from there misses none.
  ///
  /// @return where to go on
  Cursor read(Cursor from, ResultRows rows) throws IOException {
    long at = from.position();
    while (!rows.isFull()) {
      List<Logged> blocks = blocks(from.job(), from.order(), at, rows.left());
      long before = at;
      for (Logged logged : blocks) {
        long start = from.order().start(logged);
        if (start > at || rows.isFull()) {
          return new Cursor(from.job(), from.order(), at);
        }
        at = start + rows.write(logged.block(), (int) (at - start));
      }
      if (at == before) {
        break;
      }
    }
    return new Cursor(from.job(), from.order(), at);
  }

  /// A page of results, before it is read.
  ///
  /// @param rows that it has
  /// @param next where to go on; none: it is the last of a job that has ended
  record Page(long rows, @Nullable Cursor next) {}

  /// What a page will be. Its header says where the next one starts, and is sent before the rows:
  /// where they cannot be counted without it they are read twice.
  ///
  /// @param job as it was before the reading: if all had ended by then, all are there to be read
  /// @param most rows
  Page page(Job job, Cursor from, Set<Outcome> wanted, int most) throws IOException {
    boolean ended = job.state().isTerminal();
    Cursor end;
    long rows;
    if (wanted.size() == Outcome.values().length
        && (ended || from.order() == ResultOrder.COMPLETION)) {
      rows = Math.clamp(job.counts().done() - from.position(), 0, most);
      end = new Cursor(from.job(), from.order(), from.position() + rows);
    } else {
      ResultRows counted =
          new ResultRows(
              new ByteSink(OutputStream.nullOutputStream()), ResultRows.Form.ARRAY, wanted, most);
      end = read(from, counted);
      rows = most - counted.left();
    }
    return new Page(rows, ended && end.position() >= job.counts().total() ? null : end);
  }

  /// @param rows that are wanted; a block has one at least, if it has an outcome that is wanted
  private List<Logged> blocks(JobId job, ResultOrder order, long at, long rows) {
    int limit = (int) Math.min(BLOCKS, rows + 1);
    return switch (order) {
      case INPUT -> jobs.byIndex(job, (int) at, limit);
      case COMPLETION -> jobs.byCompletion(job, at, limit);
    };
  }
}
