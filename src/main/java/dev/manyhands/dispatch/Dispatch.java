package dev.manyhands.dispatch;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Refused;
import dev.manyhands.json.Limits;
import dev.manyhands.pool.Pools;
import dev.manyhands.store.Claimed;
import dev.manyhands.store.JobStore;
import dev.manyhands.store.Ownership;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Starts and stops the room: unfinished jobs go on before the first request comes in; at the end
/// first nothing new is taken, then nothing is done, then nothing is written. The first of these
/// comes while requests are still answered: see [Grace].
final class Dispatch implements SmartLifecycle, Ownership {
  private static final Logger log = LoggerFactory.getLogger(Dispatch.class);

  /// Before the web server, whose phase is near the highest, and so stopped after it.
  private static final int PHASE = 1000;

  private final Pools pools;
  private final Placing placing;
  private final JobStore store;
  private final ResultWriter writer;
  private final Engine engine;
  private final Running running;
  private final Submissions submissions;
  private final JobService service;
  private final OpenJobs openJobs;
  private final Listing listing;
  private final PoolService poolService;
  private final TaskService taskService;
  private final LimitChanges limitChanges;
  private final LimitService limitService;
  private final Retention retention;
  private final RecentJobs recent;
  private final Barrier barrier;
  private final List<JobListener> observers;

  private volatile boolean started;

  Dispatch(
      DispatchSettings settings,
      Pools pools,
      Placing placing,
      JobStore store,
      Limits limits,
      LimitsNode limitsNode,
      List<JobListener> observers,
      InstantSource clock) {
    this.pools = pools;
    this.placing = placing;
    this.store = store;
    Backlog results = new Backlog(settings.backlog().toBytes());
    Backlog submitted = new Backlog(settings.backlog().toBytes());
    InputCache inputs = new InputCache(store, settings.inputCache().toBytes());
    LimitBook book = new LimitBook();
    LiveJobs live = new LiveJobs(book);
    this.recent = new RecentJobs();
    this.writer = new ResultWriter(store, observers, settings.linger());
    this.retention = new Retention(store, writer, recent, clock);
    this.observers = List.copyOf(observers);
    List<JobListener> listeners = new ArrayList<>(observers);
    listeners.add(retention);
    Hindrances hindrances = new Hindrances(pools, live);
    listeners.add(hindrances);
    this.engine =
        new Engine(
            new Performer(pools, writer, inputs, live, recent, listeners, clock, this::giveUp),
            new Looker(inputs, live),
            results);
    Dispatcher dispatcher = new Dispatcher(engine, clock);
    Capacity capacity = new Capacity(engine);
    Inflows inflows = new Inflows(writer, limits.maxInputs(), settings, clock);
    this.barrier = new Barrier(store, live, writer, retention, new Feed(store, limits.maxInput()));
    this.running = new Running(live, dispatcher, inputs, inflows, barrier, listeners);
    Commits commits = new Commits(writer, submitted);
    this.limitChanges = new LimitChanges(book, commits, capacity);
    this.limitService = new LimitService(book, limitChanges, capacity);
    Handover handover = new Handover(commits, store, limitsNode);
    long mostOfOne = (long) limits.maxInput() + Intake.STAGE_BYTES;
    Admission admission = new Admission(settings, running, mostOfOne, observers);
    this.submissions =
        new Submissions(
            admission, placing, commits, running, limitChanges, handover, settings, clock);
    this.service =
        new JobService(
            admission, submissions, running, store, recent, new Idempotency(store, clock));
    this.openJobs = new OpenJobs(admission, service, running, submissions);
    this.listing = new Listing(store, running);
    this.poolService = new PoolService(pools, capacity, hindrances);
    this.taskService = new TaskService(running);
  }

  JobService service() {
    return service;
  }

  OpenJobs openJobs() {
    return openJobs;
  }

  Listing listing() {
    return listing;
  }

  PoolService poolService() {
    return poolService;
  }

  TaskService taskService() {
    return taskService;
  }

  LimitService limitService() {
    return limitService;
  }

  StagedJobs stagedJobs() {
    return new StagedJobs(submissions);
  }

  Whereabouts whereabouts() {
    return new Whereabouts(running);
  }

  /// How many jobs run here.
  int unfinished() {
    return running.size();
  }

  @Override
  public void start() {
    writer.start();
    try {
      takeOver();
    } catch (RuntimeException e) {
      stop(); // the process is to end, and would not while the writer runs
      throw e;
    }
  }

  private void takeOver() {
    poolService.open();
    // What was cut off goes first, with the limits that it brought along.
    List<Claimed> unfinished = store.claimUnfinished();
    limitChanges.open(store.limits());
    unfinished.forEach(this::goOn);
    if (!unfinished.isEmpty()) {
      log.info("{} unfinished jobs go on.", unfinished.size());
    }
    retention.wake();
    started = true;
    store.watch(this);
  }

  private void giveUp(LiveJob job) {
    running.giveUp(job);
  }

  @Override
  public boolean isClosed() {
    return running.isClosed();
  }

  @Override
  public List<Claimed> taken(List<Claimed> jobs) {
    if (isClosed()) {
      return List.of(); // the next owner takes them when this node has left
    }
    // The named limits may have come with them, and been changed since they were read here.
    limitChanges.open(store.limits());
    // One that was accepted while this node lost its lease came after all others were given up.
    running.giveUpOld(jobs.stream().map(claimed -> claimed.job().id()).toList());
    List<Claimed> left = goOn(jobs);
    if (left.size() < jobs.size()) {
      log.info("{} jobs of a node that is gone go on here.", jobs.size() - left.size());
    }
    tellTookOver();
    retention.wake();
    return left;
  }

  /// Whoever fails to hear it does not keep jobs from going on that run already.
  private void tellTookOver() {
    for (JobListener observer : observers) {
      try {
        observer.tookOver();
      } catch (RuntimeException | Error e) {
        log.error("An observer failed to hear of jobs that were taken over", e);
      }
    }
  }

  /// @return those that come after one that cannot be read now, and that one last
  private List<Claimed> goOn(List<Claimed> jobs) {
    for (int i = 0; i < jobs.size(); i++) {
      Claimed next = jobs.get(i);
      try {
        goOn(next);
      } catch (RuntimeException | Error e) {
        log.warn("{}, and what comes after it, goes on later: {}", next.job().id(), e.toString());
        List<Claimed> left = new ArrayList<>(jobs.subList(i + 1, jobs.size()));
        left.add(next);
        return left;
      }
    }
    return List.of();
  }

  @Override
  public void lost() {
    running.giveUpAll();
    recent.clear();
  }

  @Override
  public void ended(JobId job) {
    barrier.endedElsewhere(job);
  }

  @Override
  public void removed(JobId job) {
    recent.forget(job);
  }

  @Override
  public void missed() {
    barrier.lookAgain();
  }

  private void goOn(Claimed claimed) {
    Job job = claimed.job();
    String pool;
    try {
      pool = placing.placeAgain(job.spec().work(), job.spec().placement().pool()).name();
    } catch (Refused e) {
      limitChanges.enterAgain(job);
      log.error("{} waits for a start with a pool that runs it: {}", job.id(), e.getMessage());
      return;
    }
    // Before anything of it is here: the store may fail.
    Order order = new Order(job, pool, blocks(claimed), claimed.done());
    long inputBytes = store.inputBytes(job.id());
    limitChanges.enterAgain(job);
    running.run(order, claimed.epoch(), List.of(), inputBytes, true);
  }

  private BlockStarts blocks(Claimed claimed) {
    JobId id = claimed.job().id();
    int from = claimed.firstOpen();
    return new BlockStarts(
        store.blockStarts(id, from),
        claimed.job().spec().work().isMixed() ? store.blockFunctions(id, from) : null,
        claimed.job().counts().total());
  }

  /// Takes and begins nothing more, and lets tasks that run come to their end.
  ///
  /// @param grace how long they have for it
  void rest(Duration grace) {
    running.close();
    barrier.close();
    CompletableFuture<Void> atRest = engine.rest();
    if (!atRest.isDone() && grace.isPositive()) {
      log.info("Tasks that run have {} to end.", grace);
    }
    try {
      atRest.get(grace.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      log.info("Tasks that have not ended within {} are ended now.", grace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the rest never fails", e);
    }
  }

  @Override
  public void stop() {
    running.close();
    barrier.close();
    engine.close();
    pools.close();
    retention.close();
    writer.close();
    started = false;
  }

  @Override
  public boolean isRunning() {
    return started;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
