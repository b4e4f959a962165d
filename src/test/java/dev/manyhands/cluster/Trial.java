package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.StoredResults;
import dev.manyhands.history.Submission;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.LonePostgres;
import dev.manyhands.testkit.PostgresPlace;
import dev.manyhands.testkit.Witness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One fault among [FourNodes]: what runs before it, and the judgement after it.
final class Trial {
  static final int TASKS = 300;
  static final int CHUNK = 5;

  private static final int ONCE_TASKS = 100;

  /// How long a job is waited for before somebody looks whether the fault is there.
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final FourNodes four;
  private final HistoryClient client;

  /// Keys of jobs: of the first owner, of the second, and of one that may run only once.
  private String work;

  private final String other;
  private final String once;
  private long struckNanos;

  /// How many tasks of each job had a result that was stored when an owner was cut off.
  private @Nullable Map<String, Integer> stored;

  /// @param name of the test
  /// @param folder for its history
  Trial(FourNodes four, String name, Path folder) {
    this.four = four;
    this.client = new HistoryClient(new History(folder.resolve(name)), four.witness());
    this.work = name;
    this.other = "b-" + name;
    this.once = "once-" + name;
  }

  HistoryClient client() {
    return client;
  }

  String work() {
    return work;
  }

  /// Jobs of both owners have begun to run, so that chunks are in the queue, on the nodes and on
  /// their way.
  void begin() throws Exception {
    submitOthers();
    String first = work;
    for (int again = 1; !begins(); again++) {
      // All of it had ended before that was seen: it goes on with another one.
      work = first + "-again-" + again;
    }
  }

  /// False: it has ended.
  private boolean begins() throws Exception {
    submit(work, TASKS, "rerun");
    client.awaitDone(work, 1, PATIENCE);
    return client.see(work).size() < TASKS;
  }

  /// The jobs of the second owner; the first takes what comes next.
  void submitOthers() throws Exception {
    client.use(four.node("b"));
    submit(other, TASKS, "rerun");
    submit(once, ONCE_TASKS, "fail");
    client.use(four.node("a"));
  }

  void submit(String key, int tasks, String onWorkerLost) throws Exception {
    Map<String, Object> function =
        client.python(
            "slow",
            """
            def slow(task):
                time.sleep(0.015)
                return witnessed(task)
            """);
    Map<String, Object> options =
        Map.of("pool", "processes", "chunkSize", CHUNK, "onWorkerLost", onWorkerLost);
    assertThat(client.submit(key, tasks, function, options)).isEqualTo(Told.OK);
  }

  /// A job of the first owner whose first input is so large; what it has of text is left out by its
  /// function.
  void submitLarge(String key, int bytes) throws Exception {
    List<String> inputs = new ArrayList<>(HistoryClient.inputs(key, 0, CHUNK));
    inputs.set(0, inputs.getFirst() + "#" + "x".repeat(bytes));
    Map<String, Object> function =
        client.python("bare", "def bare(task): return witnessed(task.split('#')[0])");
    String body =
        JSON.writeValueAsString(
            Map.of(
                "function",
                function,
                "labels",
                Map.of("key", key),
                "pool",
                "processes",
                "inputs",
                inputs));
    client.use(four.node("a"));
    assertThat(client.submit(new Submission(key, CHUNK, "application/json", body)))
        .isEqualTo(Told.OK);
  }

  /// What takes its time to be made.
  interface Fault {
    void make() throws Exception;
  }

  /// Makes a fault for which a program has to start first, and has the first owner have work all
  /// that while.
  ///
  /// @return the last of its jobs
  String strikesAmidWork(Fault fault) throws Exception {
    FutureTask<Boolean> made =
        new FutureTask<>(() -> {
          fault.make();
          return true;
        });
    String runs = work;
    String next = submitMore(0);
    Thread.ofPlatform().name("fault").start(made);
    int jobs = 1;
    while (!made.isDone()) {
      if (!List.of("queued", "running").contains(passes(runs, LOOK))) {
        // Its successor runs by now, and gets one too.
        runs = next;
        next = submitMore(jobs++);
      }
    }
    made.get();
    return next;
  }

  private String submitMore(int job) throws Exception {
    String key = work + "-more-" + job;
    submit(key, TASKS, "rerun");
    return key;
  }

  /// Another job runs, of the first owner.
  void beginNext(String key) throws Exception {
    submit(key, TASKS, "rerun");
    client.awaitDone(key, 1, PATIENCE);
  }

  /// @param mayRunAgain tasks that the fault can have interrupted
  void strikes(String fault, int mayRunAgain) {
    struckNanos = System.nanoTime();
    client.struckRunning(fault, mayRunAgain);
  }

  /// The second owner is cut off, and goes on for as long as it has its lease, which is the more
  /// work the faster the machine is. What of its own jobs is not stored by now may run again, and
  /// once.
  void cutsOff(String fault) throws Exception {
    strikes(fault, 0);
    LonePostgres postgres = four.postgres();
    PostgresPlace place = postgres.place();
    Map<String, Integer> now = StoredResults.count(postgres.url(), place.user(), place.password());
    now.put(work, TASKS);
    stored = now;
  }

  /// Time passes, or the job ends.
  ///
  /// @return the state of the job
  String passes(String key, Duration time) throws Exception {
    String wait = "wait=" + time.toSeconds();
    return state(four.node("a").get("/v1/jobs/" + client.id(key), "Prefer", wait).body());
  }

  private static String state(String job) {
    return JSON.readTree(job).path("state").asString("");
  }

  void end() throws Exception {
    client.awaitEnd(PATIENCE);
  }

  /// All tasks of the job have ended.
  void awaitDone(String key, int tasks) throws Exception {
    client.awaitDone(key, tasks, PATIENCE);
  }

  void endsWell() throws Exception {
    end();
    long took = Duration.ofNanos(System.nanoTime() - struckNanos).toMillis();
    if (stored != null) {
      client.struck("what it could not store", stored);
    }
    List<String> starts =
        four.witness().starts().stream()
            .filter(one -> List.of(work, other, once).contains(one.key()))
            .map(one -> Witness.input(one.key(), one.index()))
            .toList();
    System.out.printf(
        "FaultsIT: %s: all ended %d ms after it, %d tasks ran again%n",
        work, took, starts.size() - starts.stream().distinct().count());
    if (stored != null) {
      assertThat(starts.stream().collect(Collectors.groupingBy(one -> one, Collectors.counting())))
          .allSatisfy((task, count) -> assertThat(count).as(task).isLessThanOrEqualTo(2));
    }
    client.judgeGoingOn(four.all());
  }

  /// Tasks that may run only once and were with a node that was lost.
  int crashed() throws Exception {
    JsonNode job = JSON.readTree(four.node("a").get("/v1/jobs/" + client.id(once)).body());
    return job.path("counts").path("crashed").intValue(0);
  }
}
