package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Logged;
import java.io.IOException;
import java.util.List;

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

  /// @param rows that are wanted; a block has one at least, if it has an outcome that is wanted
  private List<Logged> blocks(JobId job, ResultOrder order, long at, long rows) {
    int limit = (int) Math.min(BLOCKS, rows + 1);
    return switch (order) {
      case INPUT -> jobs.byIndex(job, (int) at, limit);
      case COMPLETION -> jobs.byCompletion(job, at, limit);
    };
  }
}
