package dev.manyhands.cluster;

import dev.manyhands.testkit.Wait;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A post whose messages meet the fates that a test gives out, and are kept once there are no more.
final class ScriptedPost implements Post {
  /// A message and the queue that it went to.
  record Sent(String queue, byte[] body) {}

  private final Deque<Fate> fates = new ArrayDeque<>();
  private @Nullable Consumer<byte[]> hearer;
  private final List<Sent> kept = new ArrayList<>();
  private final List<byte[]> told = new ArrayList<>();
  private int tries;

  synchronized void next(Fate... given) {
    fates.addAll(List.of(given));
  }

  /// The next message is heard by this, which may answer it, or say who hears the one after it,
  /// before its sender learns its fate.
  synchronized void meets(Fate fate, Consumer<byte[]> heard) {
    fates.add(fate);
    hearer = heard;
  }

  @Override
  public synchronized Fate send(String queue, byte[] body) {
    Consumer<byte[]> now = hearer;
    hearer = null;
    if (now != null) {
      now.accept(body);
    }
    Fate fate = fates.isEmpty() ? Fate.KEPT : fates.poll();
    tries++;
    if (fate == Fate.KEPT) {
      kept.add(new Sent(queue, body));
    }
    notifyAll();
    return fate;
  }

  @Override
  public synchronized boolean tellAll(byte[] body) {
    told.add(body);
    return true;
  }

  synchronized int tries() {
    return tries;
  }

  /// What all nodes were told.
  synchronized List<byte[]> told() {
    return List.copyOf(told);
  }

  /// The message that was kept as number `n`, as soon as there are so many.
  Sent awaitKept(int n) {
    Wait.until(this, n + " messages that are kept", () -> kept.size() >= n);
    synchronized (this) {
      return kept.get(n - 1);
    }
  }

  void awaitTries(int n) {
    Wait.until(this, n + " tries", () -> tries >= n);
  }
}
