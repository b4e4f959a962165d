package dev.manyhands.dispatch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has what is brought done one at a time and in order, whoever brings it.
///
/// There is no thread of its own: whoever brings something while nobody is at work does the work,
/// its own and what others bring meanwhile. That spares two hand-overs between threads for each
/// task, and needs no lock: the counter is one (its step from 0 takes, its step to 0 gives back and
/// publishes what the next one at work reads).
final class Mailbox {
  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

  private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger undone = new AtomicInteger();

  /// Something is to be done, which must not block. Whatever goes wrong about it, what is brought
  /// later is done.
  void bring(Runnable work) {
    queue.add(work);
    if (undone.getAndIncrement() != 0) {
      return; // the thread at work will find it
    }
    do {
      attempt(queue.remove());
    } while (undone.decrementAndGet() != 0);
  }

  /// Does it, or says why not.
  ///
  /// @return false if that went wrong
  static boolean attempt(Runnable work) {
    try {
      work.run();
      return true;
    } catch (RuntimeException | Error e) {
      say(e);
      return false;
    }
  }

  @SuppressWarnings("EmptyCatch") // a full stack or heap has no room to say so either
  private static void say(Throwable mistake) {
    try {
      log.error("The dispatcher goes on after a mistake of its own.", mistake);
    } catch (RuntimeException | Error e) {
      // It goes on without a word.
    }
  }
}
