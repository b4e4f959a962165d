package dev.manyhands.dispatch;

import dev.manyhands.job.Ranges;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Tasks of which each is as good as the other: what is to run again comes before what is fresh,
/// since it holds the job's end.
final class PlainPending implements Pending {
  private final ActiveJob job;
  private final Ranges fresh;
  private final Deque<Again> ready = new ArrayDeque<>();

  PlainPending(ActiveJob job, Ranges fresh) {
    this.job = job;
    this.fresh = fresh;
  }

  @Override
  public int size() {
    int again = 0;
    for (Again a : ready) {
      again += a.end() - a.first();
    }
    return fresh.size() + again;
  }

  @Override
  public boolean isEmpty() {
    return fresh.isEmpty() && ready.isEmpty();
  }

  @Override
  public void grow(int first, int end) {
    fresh.add(first, end);
  }

  @Override
  public @Nullable Again take(int most, long now) {
    Again again = ready.poll();
    if (again != null) {
      int end = job.cut(again.first(), again.end(), again.alone() ? 1 : most);
      if (end < again.end()) {
        ready.push(again.from(end));
      }
      return again.to(end);
    }
    Ranges.Range range = fresh.firstRange();
    int end = job.cut(range.first(), range.end(), most);
    fresh.remove(range.first(), end);
    return new Again(job, range.first(), end, 1, false, 0);
  }

  @Override
  public void add(Again again) {
    ready.add(again);
  }

  @Override
  public void putBack(Again again) {
    if (again.attempt() == 1 && !again.alone()) {
      fresh.add(again.first(), again.end());
    } else {
      ready.push(again);
    }
  }

  @Override
  public boolean remove(int index) {
    if (fresh.contains(index)) {
      fresh.remove(index, index + 1);
      return true;
    }
    return Again.remove(ready, index);
  }

  @Override
  public void drainTo(Ranges rest) {
    fresh.ranges().forEach(r -> rest.add(r.first(), r.end()));
    ready.forEach(a -> rest.add(a.first(), a.end()));
    fresh.ranges().forEach(r -> fresh.remove(r.first(), r.end()));
    ready.clear();
  }
}
