package dev.manyhands.pool;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The standard input of a worker's keeper, the process above the one that runs task code. A byte
/// there tells the keeper to end the worker and everything that it started, or to interrupt the
/// worker; its end, that the service is gone.
final class Lifeline {
  private static final Logger log = LoggerFactory.getLogger(Lifeline.class);

  private static final int END = 0;
  private static final int INTERRUPT = 1;

  private Lifeline() {}

  /// Has the keeper end everything now, itself at last.
  static void cut(Process keeper) {
    tell(keeper, END);
  }

  /// Has the keeper send the worker SIGINT.
  static void interrupt(Process keeper) {
    tell(keeper, INTERRUPT);
  }

  private static void tell(Process keeper, int order) {
    try {
      OutputStream lifeline = keeper.getOutputStream();
      lifeline.write(order);
      lifeline.flush();
    } catch (IOException ended) {
      log.trace("worker process {} has ended already", keeper.pid());
    }
  }

  /// For a keeper that does not answer: ends it and those that the system still counts as its own.
  static void endForcibly(Process keeper) {
    List<ProcessHandle> descendants = keeper.descendants().toList();
    // By its handle: Process.destroyForcibly also closes the streams, and its last lines would be
    // lost.
    boolean _ = keeper.toHandle().destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
