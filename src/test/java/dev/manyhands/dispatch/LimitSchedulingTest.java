package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Care;
import dev.manyhands.job.Limit;
import dev.manyhands.job.LimitUse;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Rate;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Tasks that take permits of named limits, in the pure scheduler.
class LimitSchedulingTest {
  private static final long MILLI = 1_000_000;
  private static final Placement ONE_EACH = new Placement(null, null, 1, 3);

  private final Scheduler scheduler = new Scheduler();
  private final List<Action.Hand> hands = new ArrayList<>();
  private final Map<Long, Action.Hand> out = new LinkedHashMap<>();
  private final List<Action.Look> looks = new ArrayList<>();
  private final List<Long> cuts = new ArrayList<>();
  private long now = 1_000_000_000;

  @Test
  void noMoreAreInFlightThanThereArePermits() {
    pool("threads", 8);
    permits("db", 3);
    accept(limited(20, "db"));

    assertThat(out).hasSize(3);
    end(hands.getFirst());
    assertThat(out).hasSize(3);
  }

  @Test
  void jobsShareALimitAcrossPools() {
    pool("threads", 8);
    pool("processes", 8);
    permits("lock", 1);
    accept(limited(20, "lock"));
    accept(Jobs.limited(order(20), "processes", List.of(use("lock"))));

    for (int i = 0; i < 20; i++) {
      assertThat(out).hasSize(1);
      end(out.values().iterator().next());
    }
    assertThat(hands.stream().limit(20).filter(hand -> hand.pool().equals("threads")).count())
        .as("of 20 turns")
        .isBetween(9L, 11L);
  }

  @Test
  void aJobThatWaitsForALimitDoesNotHoldUpItsPool() {
    pool("threads", 2);
    permits("lock", 1);
    accept(limited(5, "lock"));
    accept(limited(5, "lock"));
    Order free = order(5);
    accept(free);

    assertThat(hands).hasSize(2);
    assertThat(hands.get(1).order()).isSameAs(free);
  }

  @Test
  void aWaiterIsServedWhenAPermitComesBackWithoutAnyTimer() {
    pool("threads", 4);
    permits("lock", 1);
    accept(limited(1, "lock"));
    Order second = limited(1, "lock");
    accept(second);

    assertThat(hands).hasSize(1);
    assertThat(scheduler.nextDue()).isEmpty();
    end(hands.getFirst());
    assertThat(hands.getLast().order()).isSameAs(second);
  }

  @Test
  void allLimitsAreTakenAtOnceOrNone() {
    pool("threads", 4);
    permits("a", 1);
    permits("b", 1);
    accept(limited(1, "a"));
    accept(limited(1, "b", "a"));
    Order onlyB = limited(1, "b");
    accept(onlyB);

    assertThat(hands).as("b is not held by the one that waits for a").hasSize(2);
    assertThat(hands.get(1).order()).isSameAs(onlyB);
  }

  @Test
  void whoNeedsTwoLimitsIsNotStarvedByThoseWhoNeedOne() {
    pool("threads", 4);
    permits("a", 1);
    permits("b", 1);
    accept(limited(100_000, "a"));
    accept(limited(100_000, "b"));
    Order both = limited(1, "a", "b");
    accept(both);

    long from = now;
    while (!hands.getLast().order().equals(both) && now - from < 60_000 * MILLI) {
      end(out.values().iterator().next());
    }
    assertThat(hands.getLast().order()).isSameAs(both);
    assertThat(now - from).isLessThan(Waiter.PATIENCE_NANOS + 200 * MILLI);
  }

  @Test
  void whoFindsNoWorkerWhenAPermitIsFreeGetsOneAllTheSame() {
    pool("threads", 1);
    pool("processes", 1);
    permits("lock", 1);
    accept(limited(1_000, "lock"));
    accept(Jobs.limited(order(1_000), "processes", List.of()));
    Order waits = Jobs.limited(order(1), "processes", List.of(use("lock")));
    accept(waits);

    int turns = 0;
    while (!hands.getLast().order().equals(waits) && turns++ < 500) {
      // The lock comes back while the other pool's only worker is busy, each time.
      end(out.values().iterator().next());
    }
    assertThat(turns).isLessThan(200);
  }

  @Test
  void anIdlePermitIsNotKeptForWhoWaitsForTheRate() {
    pool("threads", 4);
    permits("db", 1);
    take(scheduler.limit(new Limit("api", null, Rate.of("1/h")), now));
    accept(limited(2, "api"));
    accept(limited(2, "api", "db"));
    Order onlyDb = limited(50, "db");
    accept(onlyDb);
    now += 10_000 * MILLI;

    for (int i = 0; i < 49; i++) {
      Action.Hand hand = hands.getLast();
      assertThat(hand.order()).isSameAs(onlyDb);
      end(hand);
    }
  }

  @Test
  void aLimitCanBeResizedWhileItIsInUse() {
    pool("threads", 8);
    permits("db", 1);
    accept(limited(20, "db"));
    permits("db", 4);
    assertThat(out).hasSize(4);

    permits("db", 2);
    end(hands.get(0));
    end(hands.get(1));
    assertThat(out).as("what was in use beyond the new size has to come back first").hasSize(2);
    end(hands.get(2));
    assertThat(out).hasSize(2);
  }

  @Test
  void aRefusedChunkGivesPermitsAndRateBack() {
    pool("threads", 1);
    take(scheduler.limit(new Limit("api", 1, Rate.of("1/h")), now));
    accept(limited(1, "api"));
    take(scheduler.refused(hands.getFirst().chunk(), now));
    now = scheduler.nextDue().orElseThrow();
    take(scheduler.time(now));

    assertThat(hands).hasSize(2);
  }

  @Test
  void aDeadChunkGivesItsPermitBack() {
    pool("threads", 2);
    permits("lock", 1);
    accept(limited(1, "lock"));
    Order second = limited(1, "lock");
    accept(second);
    take(scheduler.ended(hands.getFirst().chunk(), now));

    assertThat(hands.getLast().order()).isSameAs(second);
  }

  @Test
  void chunksAreCutToTheRateAndTheNextIsDueInTime() {
    pool("threads", 4);
    take(scheduler.limit(new Limit("api", null, Rate.of("100/s")), now));
    accept(Jobs.limited(Jobs.order(1_000, new Placement(null, null, 500, 3), Care.DEFAULT), "api"));
    assertThat(hands).extracting(Action.Hand::count).containsExactly(10);

    long from = now;
    while (now - from < 2_000 * MILLI) {
      now = scheduler.nextDue().orElseThrow();
      take(scheduler.time(now));
      List.copyOf(out.values()).forEach(this::finish);
    }
    assertThat(hands.stream().mapToInt(Action.Hand::count).sum()).isBetween(205, 211);
  }

  /// Whatever else the machine does meanwhile.
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  @Test
  void thousandsOfJobsThatWaitForOneLimitCostNoMoreThanOne() {
    pool("threads", 4);
    permits("lock", 1);
    for (int i = 0; i < 10_000; i++) {
      accept(limited(1, "lock"));
    }
    long start = cpuNanos();
    for (int i = 0; i < 10_000; i++) {
      end(out.values().iterator().next());
    }

    assertThat(hands).hasSize(10_000);
    assertThat(cpuNanos() - start).as("nanoseconds of a core").isLessThan(5_000 * MILLI);
  }

  @Test
  void aLookAtALimitShowsHoldersAndWaiting() {
    pool("threads", 4);
    permits("db", 2);
    Order first = limited(5, "db");
    accept(first);
    now += 7 * MILLI;
    var view = scheduler.view(new Limit("db", 2, null), now);

    assertThat(view.inUse()).isEqualTo(2);
    assertThat(view.waiting()).isEqualTo(3);
    assertThat(view.holders()).extracting(LimitService.Holder::first).containsExactly(0, 1);
    assertThat(view.holders().getFirst().heldNanos()).isEqualTo(7 * MILLI);
  }

  @Test
  void aKeyedLimitHoldsForEachKeyAndPassesOverThoseThatWait() {
    pool("threads", 8);
    permits("host", 1);
    accept(keyed(order(6)));
    assertThat(hands).as("before the keys are known").isEmpty();

    look("a", "a", "b", "a", "c", "b");

    assertThat(hands).extracting(Action.Hand::first).containsExactly(0, 2, 4);
    end(hands.get(0));
    assertThat(hands.getLast().first()).isEqualTo(1);
    end(hands.get(1));
    assertThat(hands.getLast().first()).isEqualTo(5);
  }

  @Test
  void jobsShareTheLimitOfAKey() {
    pool("threads", 8);
    permits("host", 1);
    accept(keyed(order(1)));
    accept(keyed(order(1)));
    look("a");
    look("a");
    assertThat(hands).hasSize(1);

    end(hands.getFirst());
    assertThat(hands).hasSize(2);
  }

  @Test
  void aChunkHoldsTasksOfOneKeyOnly() {
    pool("threads", 1);
    permits("host", 1);
    accept(keyed(Jobs.order(6, new Placement(null, null, 100, 3), Care.DEFAULT)));
    look("a", "a", "a", "b", "a", "a");
    while (!out.isEmpty()) {
      end(out.values().iterator().next());
    }

    assertThat(hands).extracting(Action.Hand::count).containsExactly(3, 1, 2);
  }

  @Test
  void aRateOfAKeyLetsTheNextGoInTimeAndHoldsUpNoOtherKey() {
    pool("threads", 8);
    take(scheduler.limit(new Limit("host", null, Rate.of("10/s")), now));
    accept(keyed(order(4)));
    look("a", "a", "a", "b");
    assertThat(hands).extracting(Action.Hand::first).containsExactly(0, 3);

    long from = now;
    while (hands.size() < 4) {
      now = scheduler.nextDue().orElseThrow();
      take(scheduler.time(now));
    }
    assertThat(now - from).isEqualTo(200 * MILLI);
  }

  @Test
  void aCancelledJobLetsOthersHaveTheKeyThatWasKeptForIt() {
    pool("threads", 8);
    pool("processes", 1);
    permits("host", 1);
    accept(keyed(order(1)));
    look("a");
    Order waits = Jobs.limited(order(1), "processes", HOST);
    accept(waits);
    look("a");
    accept(Jobs.limited(order(1), "processes", List.of()));
    Order behind = keyed(order(1));
    accept(behind);
    look("a");
    now += Waiter.PATIENCE_NANOS;
    finish(hands.getFirst());
    assertThat(hands).as("kept for the one that has waited for a worker").hasSize(2);

    take(scheduler.cancel(waits.job().id(), false, now));
    assertThat(hands.getLast().order()).isSameAs(behind);
  }

  @Test
  void tasksOfAnyNumberAreLookedAtInBoundedSteps() {
    pool("threads", 1);
    permits("host", 1);
    accept(keyed(order(100_000)));
    int known = 0;
    while (!looks.isEmpty()) {
      known += looks.getFirst().count();
      look(Collections.nCopies(looks.getFirst().count(), "a").toArray(String[]::new));
    }

    assertThat(known).isLessThanOrEqualTo(LiveLimits.LOOK_AHEAD);
    assertThat(scheduler.pending("threads")).isEqualTo(99_999);
  }

  @Test
  void thousandsOfJobsThatWaitForOneKeyCostNoMoreThanAFew() {
    pool("threads", 4);
    permits("host", 1);
    for (int i = 0; i < 10_000; i++) {
      accept(keyed(order(1)));
      look("hot");
    }
    long start = cpuNanos();
    for (int i = 0; i < 10_000; i++) {
      end(out.values().iterator().next());
    }

    assertThat(hands).hasSize(10_000);
    assertThat(cpuNanos() - start).as("nanoseconds of a core").isLessThan(10_000 * MILLI);
  }

  @Test
  void aPermitOfAKeyThatTheFirstCannotUseGoesToALaterOne() {
    pool("threads", 4);
    permits("host", 1);
    permits("user", 1);
    acceptWithKeys(HOST_AND_USER, "elsewhere", "busy");
    acceptWithKeys(HOST, "hot");
    Action.Hand holder = hands.getLast();
    for (int i = 0; i < 30; i++) {
      acceptWithKeys(HOST_AND_USER, "hot", "busy");
    }
    Order last = acceptWithKeys(HOST, "hot");
    assertThat(hands).hasSize(2);

    end(holder);

    assertThat(hands).hasSize(3);
    assertThat(hands.getLast().order().job().id()).isEqualTo(last.job().id());
  }

  private Order acceptWithKeys(List<LimitUse> uses, String... keys) {
    Order order = Jobs.limited(order(1), "threads", uses);
    accept(order);
    Action.Look look = looks.removeFirst();
    take(scheduler.looked(look.order().job().id(), look.first(), List.of(List.of(keys)), now));
    return order;
  }

  @Test
  void whoeverWaitsForSeveralKeysIsWakedInTheEnd() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      LimitSchedulingTest history = new LimitSchedulingTest();
      history.pool("threads", 2);
      history.pool("virtual", 3);
      history.permits("host", 1);
      history.permits("user", 2);
      int tasks = 0;
      for (int i = 0; i < 60; i++) {
        String pool = random.nextBoolean() ? "threads" : "virtual";
        List<LimitUse> uses = random.nextInt(3) == 0 ? HOST : HOST_AND_USER;
        int total = 1 + random.nextInt(3);
        history.accept(Jobs.limited(order(total), pool, uses));
        tasks += total;
        while (!history.looks.isEmpty()) {
          history.lookAtRandom(random);
        }
      }
      while (!history.out.isEmpty()) {
        List<Action.Hand> running = List.copyOf(history.out.values());
        history.end(running.get(random.nextInt(running.size())));
        while (!history.looks.isEmpty()) {
          history.lookAtRandom(random);
        }
      }
      assertThat(history.hands.stream().mapToInt(Action.Hand::count).sum())
          .as("tasks that were handed out, seed " + seed)
          .isEqualTo(tasks);
    }
  }

  private void lookAtRandom(Random random) {
    Action.Look look = looks.removeFirst();
    List<List<String>> lists = new ArrayList<>();
    for (int i = 0; i < look.count(); i++) {
      String host = "h" + random.nextInt(2);
      boolean one = look.order().job().spec().gates().limits().size() == 1;
      lists.add(one ? List.of(host) : List.of(host, "u" + random.nextInt(2)));
    }
    take(scheduler.looked(look.order().job().id(), look.first(), lists, now));
  }

  @Test
  void whoFindsItsPermitFreeWaitsForNoLongChunk() {
    pool("threads", 1);
    permits("lock", 1);
    accept(Jobs.order(1000, new Placement(null, null, 100, 3), Care.DEFAULT));
    accept(limited(1, "lock"));
    accept(limited(1, "lock"));
    pass(Turns.SHORT_TURN_NANOS);

    assertThat(cuts).containsExactly(hands.getFirst().chunk());
  }

  @Test
  void noChunkIsCutForWhoFindsNoPermit() {
    pool("threads", 1);
    pool("processes", 1);
    permits("lock", 1);
    accept(Jobs.limited(order(1), "processes", List.of(use("lock"))));
    accept(Jobs.order(1000, new Placement(null, null, 100, 3), Care.DEFAULT));
    accept(limited(1, "lock"));
    pass(Turns.TURN_NANOS);
    assertThat(cuts).isEmpty();

    end(hands.getFirst());
    assertThat(cuts).containsExactly(hands.getLast().chunk());
  }

  @Test
  void aChunkIsCutWhenTheRateOfWhoWaitsAllowsIt() {
    pool("threads", 1);
    take(scheduler.limit(new Limit("slow", null, new Rate(1, 's')), now));
    accept(limited(1, "slow"));
    end(hands.getFirst());
    accept(Jobs.order(1000, new Placement(null, null, 100, 3), Care.DEFAULT));
    accept(limited(1, "slow"));
    pass(500 * MILLI);
    assertThat(cuts).isEmpty();

    pass(scheduler.nextDue().orElseThrow() - now);
    assertThat(cuts).containsExactly(hands.getLast().chunk());
  }

  private void pass(long nanos) {
    now += nanos;
    take(scheduler.time(now));
  }

  @Test
  void whatIsCancelledWhileItIsLookedAtEndsOnce() {
    pool("threads", 1);
    permits("host", 1);
    Order order = keyed(order(5));
    accept(order);
    take(scheduler.cancel(order.job().id(), true, now));
    look("a", "a", "a", "a", "a");

    assertThat(hands).isEmpty();
    assertThat(scheduler.size()).isZero();
  }

  private static final List<LimitUse> HOST = List.of(new LimitUse("host", null, "/host"));
  private static final List<LimitUse> HOST_AND_USER =
      List.of(new LimitUse("host", null, "/host"), new LimitUse("user", null, "/user"));

  private static Order keyed(Order order) {
    return Jobs.limited(order, order.pool(), HOST);
  }

  /// Tells the keys of the tasks that the scheduler has wanted to know first.
  private void look(String... keys) {
    Action.Look look = looks.removeFirst();
    List<List<String>> lists = Arrays.stream(keys).map(List::of).toList();
    take(scheduler.looked(look.order().job().id(), look.first(), lists, now));
  }

  private static LimitUse use(String name) {
    return new LimitUse(name, null, null);
  }

  private static Order order(int total) {
    return Jobs.order(total, ONE_EACH, Care.DEFAULT);
  }

  private static Order limited(int total, String... names) {
    return Jobs.limited(order(total), names);
  }

  private void pool(String name, int size) {
    take(scheduler.pool(name, size, now));
  }

  private void permits(String name, int permits) {
    take(scheduler.limit(new Limit(name, permits, null), now));
  }

  private void accept(Order order) {
    take(scheduler.accept(order, Hold.NONE, now));
  }

  /// All tasks of the chunk end, 10 ms later.
  private void end(Action.Hand hand) {
    now += 10 * MILLI;
    finish(hand);
  }

  private void finish(Action.Hand hand) {
    out.remove(hand.chunk());
    take(
        scheduler.outcomes(
            hand.chunk(), Jobs.outcomes(hand.first(), hand.count(), 10_000, Map.of()), now));
    take(scheduler.ended(hand.chunk(), now));
  }

  private void take(List<Action> actions) {
    for (Action action : actions) {
      if (action instanceof Action.Hand hand) {
        hands.add(hand);
        out.put(hand.chunk(), hand);
      } else if (action instanceof Action.Look look) {
        looks.add(look);
      } else if (action instanceof Action.Cut cut) {
        cuts.add(cut.chunk());
      }
    }
  }
}
