package dev.manyhands.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.Found.FoundJob;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Witness;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client of a service that has faults. What it sends it sends under a key, until it is told that
/// it was taken, and it writes down all that it does and is told.
///
/// Used by one thread.
public final class HistoryClient {
  private static final Set<String> FINAL = Set.of("succeeded", "failed", "cancelled", "expired");
  private static final JsonMapper MAPPER = JsonMapper.shared();

  /// Longer than a job is on its way from one node to another.
  private static final Duration RETRY = Duration.ofMinutes(2);

  /// What is waited for needs the core as well.
  private static final Duration ASK_AGAIN = Duration.ofMillis(20);

  private static final String JSON = "application/json";
  private static final String LINES = "application/jsonl";

  /// Left out by the Java function.
  private static final String PADDING = "#" + "x".repeat(32 * 1024);

  private final History history;
  private final Witness witness;

  /// What was submitted, by key.
  private final Map<String, Submission> submissions = new LinkedHashMap<>();

  /// Jobs by key, of what was accepted and not removed.
  private final Map<String, String> jobs = new LinkedHashMap<>();

  /// Keys of those whose results were not yet read to their end.
  private final Set<String> unread = new LinkedHashSet<>();

  /// Keys of jobs that were to be removed.
  private final Set<String> removed = new LinkedHashSet<>();

  private final Set<String> logs = new LinkedHashSet<>();
  private @Nullable RunningService service;

  /// Before the first, since the first submission.
  private long lastFault;

  private boolean hasSubmitted;

  public HistoryClient(History history, Witness witness) {
    this.history = history;
    this.witness = witness;
  }

  /// Goes on with another start of the service.
  public void use(RunningService started) {
    service = started;
  }

  private RunningService service() {
    if (service == null) {
      throw new IllegalStateException("no service is used yet");
    }
    return service;
  }

  /// Submits a job whose tasks testify.
  ///
  /// @param function such as [#python]
  /// @param options more fields of the job
  public Told submit(
      String key, int tasks, Map<String, Object> function, Map<String, Object> options)
      throws InterruptedException {
    Map<String, Object> body = body(key, function, options);
    body.put("inputs", inputs(key, 0, tasks));
    return submit(new Submission(key, tasks, JSON, MAPPER.writeValueAsString(body)));
  }

  /// The same without inputs: the options say where its tasks come from.
  ///
  /// @param tasks how many there will be
  public Told submitFed(
      String key, int tasks, Map<String, Object> function, Map<String, Object> options)
      throws InterruptedException {
    return submit(
        new Submission(key, tasks, JSON, MAPPER.writeValueAsString(body(key, function, options))));
  }

  /// A submission that the service never saw the end of: nothing of it may be there.
  public void cutOff(String key, int tasks) {
    history.add(new Event.Submitted(key, tasks, Told.FAIL, null));
  }

  /// The same as JSON lines, so long that the job is there before their end is.
  public Told submitLines(String key, int tasks, Map<String, Object> function)
      throws InterruptedException {
    StringBuilder lines =
        new StringBuilder(MAPPER.writeValueAsString(body(key, function, Map.of())));
    inputs(key, 0, tasks)
        .forEach(input -> lines.append("\n\"").append(input).append(PADDING).append('"'));
    return submit(new Submission(key, tasks, LINES, lines.toString()));
  }

  private static Map<String, Object> body(
      String key, Map<String, Object> function, Map<String, Object> options) {
    Map<String, Object> body = new LinkedHashMap<>(options);
    body.put("function", function);
    body.put("labels", Map.of("key", key));
    return body;
  }

  /// Submits what the caller has written itself, under the key and with its label.
  public Told submit(Submission submission) throws InterruptedException {
    if (!hasSubmitted) {
      hasSubmitted = true;
      lastFault = System.nanoTime();
    }
    submissions.put(submission.key(), submission);
    return send(submission);
  }

  /// Inputs of tasks that testify.
  public static List<String> inputs(String key, int first, int count) {
    return IntStream.range(first, first + count).mapToObj(i -> Witness.input(key, i)).toList();
  }

  /// A Python function whose tasks testify.
  public Map<String, Object> python() {
    return Map.of("type", "python", "source", witness.source(), "name", "witnessed");
  }

  /// The same with another function, of more source, that calls `witnessed`.
  public Map<String, Object> python(String name, String source) {
    return Map.of("type", "python", "source", witness.source() + "\n" + source, "name", name);
  }

  /// These tasks of the key cannot succeed.
  ///
  /// @param outcome with which each of them has to end
  /// @param most how often each of them may start
  public void doomed(String key, Set<Integer> indexes, String outcome, int most) {
    history.add(new Event.Doomed(key, indexes, outcome, most));
  }

  /// Submits again whatever was not told to be taken, nor turned down for good.
  public void submitAgain() throws InterruptedException {
    for (Submission submission : List.copyOf(submissions.values())) {
      if (!jobs.containsKey(submission.key()) && !removed.contains(submission.key())) {
        send(submission);
      }
    }
  }

  private Told send(Submission submission) throws InterruptedException {
    String key = submission.key();
    Answer answer =
        ask(to ->
            to.to("/v1/jobs", "Content-Type", submission.type(), "Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(submission.body())));
    @Nullable String id = answer.told == Told.OK ? answer.json().path("id").stringValue() : null;
    history.add(new Event.Submitted(key, submission.tasks(), answer.told, id));
    if (id != null) {
      jobs.put(key, id);
      unread.add(key);
    } else if (answer.told == Told.FAIL && submission.type().equals(LINES)) {
      // What had come of it may have run before it was taken back.
      history.add(new Event.Struck("taken back: " + key, submission.tasks()));
    } else if (answer.status >= 400 && answer.status < 500 && answer.status != 409) {
      submissions.remove(key);
    }
    return answer.told;
  }

  /// Adds inputs to the open job of the key, after those that it has.
  public Told add(String key, int count) throws IOException, InterruptedException {
    int first = json(read("/v1/jobs/" + id(key))).path("counts").path("total").intValue();
    StringBuilder lines = new StringBuilder();
    inputs(key, first, count).forEach(input -> lines.append('"').append(input).append("\"\n"));
    Answer answer =
        ask(to ->
            to.to("/v1/jobs/" + id(key) + "/inputs", "Content-Type", LINES)
                .POST(HttpRequest.BodyPublishers.ofString(lines.toString())));
    history.add(new Event.Added(key, count, answer.told));
    return answer.told;
  }

  /// All inputs of the open job have come; true once that is known.
  public boolean seal(String key) throws InterruptedException {
    return ask(to ->
            to.to("/v1/jobs/" + id(key) + "/seal").POST(HttpRequest.BodyPublishers.noBody()))
            .told
        == Told.OK;
  }

  /// Removes the job of the key; true once that is known.
  public boolean remove(String key) throws InterruptedException {
    Answer answer = ask(to -> to.to("/v1/jobs/" + id(key)).DELETE());
    boolean gone = answer.told == Told.OK || answer.status == 404;
    if (gone || answer.told == Told.INDETERMINATE) {
      removed.add(key);
      history.add(new Event.Removed(key, gone ? Told.OK : Told.INDETERMINATE));
    }
    if (gone) {
      jobs.remove(key);
      unread.remove(key);
    }
    return gone;
  }

  /// Reads the results that the job has so far, and writes them down.
  ///
  /// @return them by index
  public Map<Integer, String> see(String key) throws IOException, InterruptedException {
    Map<Integer, String> lines = new LinkedHashMap<>();
    for (String line : lines(id(key), "completion")) {
      assertThat(lines.put(ResultLine.parse(line).index(), line)).as("a second %s", line).isNull();
    }
    Map<Integer, Integer> starts = new HashMap<>();
    witness.starts().stream()
        .filter(start -> start.key().equals(key) && lines.containsKey(start.index()))
        .forEach(start -> starts.merge(start.index(), 1, Integer::sum));
    history.add(new Event.Seen(key, lines, starts));
    return lines;
  }

  /// Reads the results of all jobs that were not read to their end.
  public void seeAll() throws IOException, InterruptedException {
    for (String key : List.copyOf(unread)) {
      Submission submission = submissions.get(key);
      if (see(key).size() == (submission == null ? 0 : submission.tasks())) {
        unread.remove(key);
      }
    }
  }

  /// Returns the job as soon as at least so many of its tasks have ended.
  public JsonNode awaitDone(String key, int tasks, Duration patience)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      JsonNode now = json(read("/v1/jobs/" + id(key)));
      int done = counts(now).values().stream().mapToInt(Integer::intValue).sum();
      if (done - now.path("counts").path("total").intValue() >= tasks) {
        return now;
      }
      assertThat(System.nanoTime())
          .as("%d ended tasks expected within %s, there are: %s", tasks, patience, now)
          .isLessThan(deadline);
      LockSupport.parkNanos(ASK_AGAIN.toNanos());
    }
  }

  /// A fault was made that ended the service: whatever had started and is not recorded may run
  /// again.
  ///
  /// @param recorded how many tasks of each key have a result in the store
  public void struck(String fault, Map<String, Integer> recorded) throws IOException {
    Map<String, Set<Integer>> started = new HashMap<>();
    witness
        .starts()
        .forEach(
            start -> started.computeIfAbsent(start.key(), _ -> new HashSet<>()).add(start.index()));
    int running = 0;
    for (Map.Entry<String, Set<Integer>> job : started.entrySet()) {
      if (!removed.contains(job.getKey())) {
        int ended = recorded.getOrDefault(job.getKey(), 0);
        running += Math.max(0, job.getValue().size() - ended);
      }
    }
    struckRunning(fault, running);
  }

  /// A fault was made that can have interrupted at most so many tasks.
  public void struckRunning(String fault, int running) {
    lastFault = System.nanoTime();
    history.add(new Event.Struck(fault, running));
    logs.add(service().log());
  }

  /// Waits until every accepted job has ended.
  public void awaitEnd(Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (String job : jobs.values()) {
      while (!FINAL.contains(state(job)) && System.nanoTime() < deadline) {
        read("/v1/jobs/" + job, "Prefer", "wait=1");
      }
    }
    history.add(new Event.Waited(Duration.ofNanos(System.nanoTime() - lastFault), patience));
  }

  private String state(String job) throws IOException, InterruptedException {
    return json(read("/v1/jobs/" + job)).path("state").asString("");
  }

  /// Reads all jobs, stops the service and looks what it left, and holds all of it against the
  /// history.
  public void judge() throws IOException, InterruptedException {
    List<FoundJob> found = found();
    String secret = secret();
    Remains remains = Remains.before(service());
    service().stop();
    logs.add(service().log());
    judge(new Found(found, witness.starts(), remains.left(), String.join("\n", logs)), secret);
  }

  /// The same while the services go on, of what was submitted by this client alone.
  ///
  /// @param others whose logs are read too
  public void judgeGoingOn(Collection<RunningService> others)
      throws IOException, InterruptedException {
    List<FoundJob> found =
        found().stream().filter(job -> submissions.containsKey(job.key())).toList();
    List<Witness.Start> starts =
        witness.starts().stream().filter(one -> submissions.containsKey(one.key())).toList();
    others.forEach(other -> logs.add(other.log()));
    logs.add(service().log());
    judge(new Found(found, starts, List.of(), String.join("\n", logs)), secret());
  }

  private String secret() throws IOException {
    return Files.readString(service().keyFile()).strip();
  }

  private void judge(Found found, String secret) {
    List<Broken> broken = Judge.judge(history.events(), found, secret);
    assertThat(broken).as("promises broken, see the history in %s", history.file()).isEmpty();
  }

  private List<FoundJob> found() throws IOException, InterruptedException {
    List<FoundJob> found = new ArrayList<>();
    String page = "/v1/jobs?limit=1000";
    while (!page.isEmpty()) {
      JsonNode list = json(read(page));
      for (JsonNode job : list.path("jobs")) {
        found.add(found(job));
      }
      String next = list.path("next").asString("");
      page = next.isEmpty() ? "" : "/v1/jobs?limit=1000&before=" + next;
    }
    return found;
  }

  private FoundJob found(JsonNode job) throws IOException, InterruptedException {
    String id = job.path("id").stringValue();
    return new FoundJob(
        id,
        job.path("labels").path("key").asString(""),
        job.path("state").stringValue(),
        counts(job),
        lines(id, "input"),
        lines(id, "completion"));
  }

  private static Map<String, Integer> counts(JsonNode job) {
    Map<String, Integer> counts = new HashMap<>();
    job.path("counts").properties().forEach(c -> counts.put(c.getKey(), c.getValue().intValue()));
    return counts;
  }

  private List<String> lines(String id, String order) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        read("/v1/jobs/" + id + "/results?order=" + order, "Accept", "application/jsonl");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body().lines().toList();
  }

  /// Whether something was submitted that is to be submitted again.
  public boolean hasUnaccepted() {
    return submissions.keySet().stream()
        .anyMatch(key -> !jobs.containsKey(key) && !removed.contains(key));
  }

  /// Whether a job was accepted under the key, and not removed since.
  public boolean isAccepted(String key) {
    return jobs.containsKey(key);
  }

  /// The job that was accepted under the key.
  public String id(String key) {
    String id = jobs.get(key);
    if (id == null) {
      throw new IllegalStateException("nothing was accepted under " + key);
    }
    return id;
  }

  /// A read, again for as long as the service says that it can be answered later.
  private HttpResponse<String> read(String path, String... headers)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + RETRY.toNanos();
    while (true) {
      HttpResponse<String> answer = service().get(path, headers);
      if (answer.statusCode() != 503
          || answer.headers().firstValue("Retry-After").isEmpty()
          || System.nanoTime() > deadline) {
        return answer;
      }
      LockSupport.parkNanos(ASK_AGAIN.toNanos());
    }
  }

  private static JsonNode json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return MAPPER.readTree(answer.body());
  }

  private interface Request {
    HttpRequest.Builder to(RunningService service) throws IOException, InterruptedException;
  }

  /// @param status 0: none came
  private record Answer(Told told, int status, String body) {
    JsonNode json() {
      return MAPPER.readTree(body);
    }
  }

  private Answer ask(Request request) throws InterruptedException {
    try {
      HttpResponse<String> answer = service().send(request.to(service()));
      return new Answer(Told.of(answer.statusCode()), answer.statusCode(), answer.body());
    } catch (ConnectException e) {
      return new Answer(Told.FAIL, 0, e.toString());
    } catch (IOException | IllegalStateException e) {
      return new Answer(Told.INDETERMINATE, 0, e.toString());
    }
  }
}
