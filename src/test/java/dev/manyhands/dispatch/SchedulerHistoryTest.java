package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Care;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Limit;
import dev.manyhands.job.LimitUse;
import dev.manyhands.job.OnFailure;
import dev.manyhands.job.OnWorkerLost;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Rate;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Retry;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole random histories of submit, run, fail, die, cancel, pause, resume, expire, resize,
/// restart, from a seed that the message names.
class SchedulerHistoryTest {
  private static final int HISTORIES = 2_500;
  private static final int STEPS = 400;

  private record Log(Ranges ended, Ranges failed, Standing standing) {
    JobState state() {
      return standing.state();
    }
  }

  /// The inputs of a job as its log has them: where its blocks start, and where the last one ends.
  private static final class Inputs {
    final List<Integer> starts = new ArrayList<>();
    int total;
    boolean receiving;

    void add(int count) {
      starts.add(total);
      total += count;
    }

    int[] startsFrom(int index) {
      int from = 0;
      while (from + 1 < starts.size() && starts.get(from + 1) <= index) {
        from++;
      }
      return starts.subList(from, starts.size()).stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private static final class History {
    final Random random;
    final Map<JobId, Order> orders = new LinkedHashMap<>();
    final Map<JobId, Log> logs = new HashMap<>();
    final Map<JobId, Inputs> inputs = new LinkedHashMap<>();
    final Map<JobId, Hold> holds = new HashMap<>();
    final List<JobId> expiring = new ArrayList<>();
    final Map<JobId, Set<Integer>> unwanted = new HashMap<>();
    final Set<JobId> paused = new HashSet<>();
    final Map<Long, Action.Hand> out = new LinkedHashMap<>();
    final Map<Long, Integer> answered = new HashMap<>();
    final Set<Long> cut = new HashSet<>();
    final List<Action.Look> looks = new ArrayList<>();
    final LimitWatch watch = new LimitWatch();
    final Map<String, Limit> limits = new LinkedHashMap<>();
    Scheduler scheduler = new Scheduler();
    int workers;
    long now = 1;

    History(long seed) {
      random = new Random(seed);
      resize(4);
      for (String name : List.of("a", "b", "rate", "keyed", "slow")) {
        put(name);
      }
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(27)) {
          case 0 -> submit();
          case 1 -> cancel();
          case 2 -> resize(5);
          case 3 -> restart();
          case 4, 5 -> pass(random.nextInt(100));
          case 6 -> refuse();
          case 7, 8 -> receiving().ifPresent(this::grow);
          case 9 -> receiving().ifPresent(this::end);
          case 10 -> look();
          case 11 -> put(List.copyOf(limits.keySet()).get(random.nextInt(limits.size())));
          case 12 -> pause();
          case 13 -> resume();
          case 14 -> waiting().findFirst().ifPresent(this::release);
          case 15, 16 -> cancelTask();
          default -> work(true);
        }
      }
      // From here nothing bad happens any more, so everything must come to its end.
      orders.keySet().forEach(this::resume);
      waiting().toList().forEach(this::release);
      inputs.forEach((id, job) -> {
        if (job.receiving) {
          seal(id);
        }
      });
      for (int quiet = 0; quiet < 1_000_000 && scheduler.size() > 0; quiet++) {
        if (!looks.isEmpty()) {
          look();
        } else if (out.isEmpty()) {
          pass(60_000);
        } else {
          work(false);
        }
      }
      assertThat(scheduler.size()).as("stuck jobs").isZero();
      logs.forEach((id, log) -> {
        assertThat(log.ended().ranges())
            .as("ended tasks of %s", id)
            .isEqualTo(Ranges.upTo(inputs(id).total).ranges());
        assertThat(log.state().isTerminal()).as("%s of %s", log.state(), id).isTrue();
      });
    }

    Inputs inputs(JobId id) {
      return java.util.Objects.requireNonNull(inputs.get(id));
    }

    Optional<JobId> receiving() {
      List<JobId> ids = inputs.keySet().stream().filter(id -> inputs(id).receiving).toList();
      return ids.isEmpty() ? Optional.empty() : Optional.of(ids.get(random.nextInt(ids.size())));
    }

    void grow(JobId id) {
      int[] counts = random.ints(1 + random.nextInt(3), 1, 20).toArray();
      for (int count : counts) {
        inputs(id).add(count);
      }
      take(scheduler.grow(id, counts, now));
    }

    /// The sender comes to its end, or breaks off.
    void end(JobId id) {
      if (random.nextBoolean()) {
        seal(id);
      } else {
        inputs.remove(id);
        take(scheduler.abandon(id, now));
        assertThat(logs).as("a job that was taken back").doesNotContainKey(id);
      }
    }

    void seal(JobId id) {
      inputs(id).receiving = false;
      take(scheduler.seal(id, now));
    }

    Hold hold(JobId id) {
      return java.util.Objects.requireNonNull(holds.get(id));
    }

    void submit() {
      Placement placement =
          new Placement(
              null,
              random.nextBoolean() ? null : 1 + random.nextInt(3),
              random.nextBoolean() ? null : 1 + random.nextInt(9),
              1 + random.nextInt(5));
      Care care =
          new Care(
              Timeouts.NONE,
              new Retry(1 + random.nextInt(3), Duration.ofMillis(10), Duration.ofMillis(40)),
              random.nextInt(4) == 0 ? OnFailure.STOP : OnFailure.CONTINUE,
              new OnWorkerLost(random.nextBoolean(), 1 + random.nextInt(3)));
      boolean receives = random.nextInt(3) == 0;
      int total = receives ? random.nextInt(30) : 1 + random.nextInt(60);
      int perBlock = 1 + random.nextInt(20);
      JobState state = receives ? JobState.RECEIVING : JobState.QUEUED;
      Order order =
          Jobs.limited(
              Jobs.order(total, placement, care, state, new Ranges(), perBlock), "threads", uses());
      Inputs job = new Inputs();
      job.receiving = receives;
      for (int left = total; left > 0; left -= perBlock) {
        job.add(Math.min(left, perBlock));
      }
      inputs.put(order.job().id(), job);
      orders.put(order.job().id(), order);
      logs.put(order.job().id(), new Log(new Ranges(), new Ranges(), Standing.of(state)));
      holds.put(order.job().id(), hold());
      take(scheduler.accept(order, holds.get(order.job().id()), now));
    }

    Hold hold() {
      long opens = random.nextInt(4) == 0 ? later(50) : Hold.NONE.opens();
      long closes = random.nextInt(4) == 0 ? later(500) + 50_000_000 : Hold.NONE.closes();
      return new Hold(opens, closes, random.nextInt(4) == 0);
    }

    long later(int millis) {
      return now + random.nextInt(millis * 1_000_000);
    }

    Stream<JobId> waiting() {
      return orders.keySet().stream().filter(id -> hold(id).awaits());
    }

    /// The jobs that it depends on have ended.
    void release(JobId id) {
      holds.put(id, new Hold(hold(id).opens(), hold(id).closes(), false));
      take(scheduler.release(id, now));
    }

    void pause() {
      if (!orders.isEmpty()) {
        List<JobId> ids = List.copyOf(orders.keySet());
        JobId id = ids.get(random.nextInt(ids.size()));
        take(scheduler.pause(id, now));
        if (!inputs(id).receiving) {
          paused.add(id);
        }
      }
    }

    void resume() {
      if (!paused.isEmpty()) {
        resume(paused.iterator().next());
      }
    }

    void resume(JobId id) {
      paused.remove(id);
      take(scheduler.resume(id, now));
    }

    List<LimitUse> uses() {
      List<LimitUse> uses = new ArrayList<>();
      for (String name : limits.keySet()) {
        if (random.nextInt(4) == 0) {
          boolean hasKey = name.equals("keyed") || name.equals("slow");
          uses.add(new LimitUse(name, null, hasKey ? "/k" : null));
        }
      }
      Collections.shuffle(uses, random);
      return uses;
    }

    void put(String name) {
      boolean hasRate = name.equals("rate") || name.equals("slow");
      Rate rate = hasRate ? new Rate(1 + random.nextInt(300), 's') : null;
      Limit limit = new Limit(name, name.equals("rate") ? null : 1 + random.nextInt(3), rate);
      limits.put(name, limit);
      watch.define(limit);
      take(scheduler.limit(limit, now));
    }

    void look() {
      if (!looks.isEmpty()) {
        Action.Look look = looks.remove(random.nextInt(looks.size()));
        JobId id = look.order().job().id();
        int uses =
            (int)
                look.order().job().spec().gates().limits().stream()
                    .filter(use -> use.key() != null)
                    .count();
        List<List<String>> keys = new ArrayList<>();
        for (int i = 0; i < look.count(); i++) {
          keys.add(Collections.nCopies(uses, watch.key(id, look.first() + i)));
        }
        take(scheduler.looked(id, look.first(), keys, now));
      }
    }

    void cancel() {
      if (!orders.isEmpty()) {
        List<JobId> ids = List.copyOf(orders.keySet());
        JobId id = ids.get(random.nextInt(ids.size()));
        inputs(id).receiving = false;
        take(scheduler.cancel(id, random.nextBoolean(), now));
      }
    }

    void cancelTask() {
      if (!orders.isEmpty()) {
        List<JobId> ids = List.copyOf(orders.keySet());
        JobId id = ids.get(random.nextInt(ids.size()));
        if (inputs(id).total > 0) {
          int index = random.nextInt(inputs(id).total);
          boolean isOpen = scheduler.isOpen(id, index);
          Log log = java.util.Objects.requireNonNull(logs.get(id));
          assertThat(isOpen).isEqualTo(!log.ended().contains(index));
          unwanted.computeIfAbsent(id, _ -> new TreeSet<>()).add(index);
          take(scheduler.cancelTask(id, index, now));
        }
      }
    }

    void resize(int most) {
      workers = 1 + random.nextInt(most);
      take(scheduler.pool("threads", workers, now));
    }

    void pass(int millis) {
      now += millis * 1_000_000L;
      take(scheduler.time(now));
    }

    void refuse() {
      if (!out.isEmpty()) {
        long chunk = out.keySet().iterator().next();
        if (!answered.containsKey(chunk)) {
          watch.refused(java.util.Objects.requireNonNull(out.remove(chunk)));
          take(scheduler.refused(chunk, now));
        }
      }
    }

    /// A kill of the service: what was in hand is gone, the logs stand.
    void restart() {
      out.clear();
      looks.clear();
      answered.clear();
      cut.clear();
      watch.restarted();
      // Those that no worker had have ended; of the others nobody knows any more.
      unwanted.clear();
      scheduler = new Scheduler();
      limits.values().forEach(limit -> take(scheduler.limit(limit, now)));
      take(scheduler.pool("threads", workers, now));
      for (Order order : orders.values()) {
        Log log = java.util.Objects.requireNonNull(logs.get(order.job().id()));
        if (!log.state().isTerminal()) {
          Ranges done = new Ranges();
          log.ended().ranges().forEach(r -> done.add(r.first(), r.end()));
          Job job = order.job();
          dev.manyhands.job.Counts counts =
              new dev.manyhands.job.Counts(
                  inputs(job.id()).total,
                  done.size() - log.failed().size(),
                  log.failed().size(),
                  0,
                  0,
                  0,
                  0);
          Job stored =
              new Job(job.id(), job.caller(), job.spec(), log.standing(), counts, job.timeline());
          boolean begun = !done.isEmpty() && done.firstRange().first() == 0;
          int[] starts = inputs(job.id()).startsFrom(begun ? done.firstRange().end() : 0);
          Order again = new Order(stored, order.pool(), starts, done);
          take(scheduler.accept(again, hold(job.id()), now));
        }
      }
    }

    void work(boolean faults) {
      if (out.isEmpty()) {
        return;
      }
      List<Action.Hand> running = List.copyOf(out.values());
      Action.Hand hand = running.get(random.nextInt(running.size()));
      int from = answered.getOrDefault(hand.chunk(), 0);
      int n = random.nextInt(hand.count() - from + 1);
      boolean dies = faults && n > 0 && random.nextInt(6) == 0;
      now += 1000;
      if (n > 0) {
        Map<Integer, Outcome> failed = new HashMap<>();
        for (int i = 0; faults && i < n; i++) {
          if (random.nextInt(8) == 0) {
            failed.put(
                hand.first() + from + i, random.nextBoolean() ? Outcome.FAILED : Outcome.TIMED_OUT);
          }
        }
        if (dies) {
          failed.put(hand.first() + from + n - 1, Outcome.CRASHED);
        }
        answered.put(hand.chunk(), from + n);
        take(
            scheduler.outcomes(
                hand.chunk(),
                Jobs.outcomes(hand.first() + from, n, 1 + random.nextInt(5000), failed),
                now));
      }
      boolean isCut = cut.contains(hand.chunk()) && random.nextBoolean();
      boolean gone = faults && random.nextInt(10) == 0 || isCut;
      if (from + n == hand.count() || dies || gone) {
        out.remove(hand.chunk());
        watch.ended(hand);
        take(scheduler.ended(hand.chunk(), now));
      }
    }

    void take(List<Action> actions) {
      for (Action action : actions) {
        switch (action) {
          case Action.Hand hand -> {
            assertThat(hand.count()).isPositive();
            assertThat(unwanted.getOrDefault(hand.order().job().id(), new TreeSet<>()))
                .as("cancelled tasks that are handed out")
                .doesNotContainAnyElementsOf(
                    IntStream.range(hand.first(), hand.first() + hand.count()).boxed().toList());
            assertWithinABlock(hand);
            JobId id = hand.order().job().id();
            assertThat(paused).as("a paused job").doesNotContain(id);
            assertThat(hold(id).awaits()).as("waits for others").isFalse();
            assertThat(now).as("not before").isGreaterThanOrEqualTo(hold(id).opens());
            assertThat(now).as("before the deadline").isLessThan(hold(id).closes());
            out.put(hand.chunk(), hand);
            watch.handed(hand, now);
          }
          case Action.Look look -> looks.add(look);
          case Action.Late late -> {
            assertThat(inputs(late.job()).receiving).isTrue();
            assertThat(now).isGreaterThanOrEqualTo(hold(late.job()).closes());
            expiring.add(late.job());
          }
          case Action.Stop stop -> assertThat(stop.pool()).isEqualTo("threads");
          case Action.Cut chunk -> {
            assertThat(out).as("chunks that can be cut").containsKey(chunk.chunk());
            assertThat(cut.add(chunk.chunk())).as("a chunk is cut once").isTrue();
          }
          case Action.StopTask stop -> {
            Action.Hand hand = java.util.Objects.requireNonNull(out.get(stop.chunk()));
            assertThat(stop.index()).isBetween(hand.first(), hand.first() + hand.count() - 1);
          }
          case Action.Append append -> append(append);
          case Action.Remove remove -> {
            logs.remove(remove.job());
            orders.remove(remove.job());
          }
        }
      }
      while (!expiring.isEmpty()) {
        JobId late = expiring.removeFirst();
        inputs(late).receiving = false;
        take(scheduler.expire(late, now));
      }
    }

    void append(Action.Append append) {
      Log log = java.util.Objects.requireNonNull(logs.get(append.job()));
      assertThat(log.state().isTerminal()).as("append after the end").isFalse();
      for (ResultBlock block : append.blocks()) {
        log.ended().add(block.first(), block.first() + block.count()); // throws if one is there
        if (block instanceof ResultBlock.Ran ran) {
          ran.outcomes().failures().forEach(f -> log.failed().add(f.index(), f.index() + 1));
        } else {
          log.failed().add(block.first(), block.first() + block.count());
        }
      }
      Inputs job = inputs(append.job());
      JobState state = append.standing().state();
      assertThat(state.isTerminal()).isEqualTo(!job.receiving && log.ended().size() == job.total);
      assertThat(state == JobState.RECEIVING).isEqualTo(job.receiving);
      assertThat(state == log.state() || log.state().next().contains(state))
          .as("%s to %s", log.state(), state)
          .isTrue();
      if (state == JobState.EXPIRED) {
        assertThat(now).isGreaterThanOrEqualTo(hold(append.job()).closes());
      }
      logs.put(append.job(), new Log(log.ended(), log.failed(), append.standing()));
    }

    void assertWithinABlock(Action.Hand hand) {
      List<Integer> starts = inputs(hand.order().job().id()).starts;
      int last = hand.first() + hand.count() - 1;
      assertThat(starts.stream().filter(start -> start > hand.first() && start <= last))
          .as("blocks that begin within the chunk from %d to %d", hand.first(), last)
          .isEmpty();
      assertThat(starts).contains(hand.order().blocks().blockOf(hand.first()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyTaskEndsExactlyOnceWhateverHappens(long series) {
    List<String> broken = new ArrayList<>();
    for (long i = 0; i < HISTORIES; i++) {
      long seed = series * 1_000_000 + i;
      try {
        new History(seed).run();
      } catch (AssertionError | RuntimeException e) {
        broken.add("seed " + seed + ": " + e);
        if (broken.size() > 3) {
          break;
        }
      }
    }
    assertThat(broken).isEmpty();
  }
}
