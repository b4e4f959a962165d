package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.TaskError;
import dev.manyhands.outbound.OutboundAnswer;
import dev.manyhands.outbound.OutboundFault;
import dev.manyhands.outbound.OutboundRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// An HTTP function at work on one chunk: a request a task, its answer the value. Used by the
/// chunk's worker only.
final class HttpTask implements LineTask {
  /// Methods that may do something twice if they are sent twice.
  private static final Set<String> MARKED = Set.of("POST", "PATCH");

  private final Function.Http function;
  private final Chunk chunk;
  private final HttpCalls calls;
  private final HttpRequests requests;
  private final Duration timeout;

  /// The tasks of a chunk run in order, each once.
  private int index;

  HttpTask(Function.Http function, Chunk chunk, HttpCalls calls) {
    this.function = function;
    this.chunk = chunk;
    this.calls = calls;
    this.requests = new HttpRequests(function);
    Duration ofTask = chunk.call().timeouts().hard();
    this.timeout = ofTask == null ? calls.settings().timeout() : ofTask;
    this.index = chunk.first();
  }

  @Override
  public void run(byte[] line, int from, int to, LineBuffer values) throws HttpFailure {
    OutboundRequest request = request(new HttpInput(line, from, to), index++);
    OutboundAnswer answer;
    try {
      answer = calls.outbound().send(request);
    } catch (OutboundFault fault) {
      String kind = fault.kind().name().toLowerCase(Locale.ROOT);
      throw new HttpFailure(TaskError.http(kind, String.valueOf(fault.getMessage()), null));
    }
    HttpValue value = new HttpValue(answer);
    if (function.failOn().contains(answer.status() / 100)) {
      throw new HttpFailure(
          TaskError.http(
              "status",
              "expected a status that is no failure, got " + answer.status(),
              value.excerpt()));
    }
    if (answer.cut()) {
      throw new HttpFailure(
          TaskError.responseLimit(
              "expected a body of at most "
                  + calls.settings().maxResponseBytes()
                  + " bytes (manyhands.http.max-response), got more",
              value.excerpt()));
    }
    value.write(values);
  }

  private OutboundRequest request(HttpInput input, int task) throws HttpFailure {
    try {
      Map<String, String> headers = requests.headers(input);
      if (MARKED.contains(function.method())) {
        headers.putIfAbsent("Idempotency-Key", chunk.call().job().text() + "/" + task);
      }
      return new OutboundRequest(
          function.method(),
          requests.url(input),
          headers,
          requests.body(input, headers.getOrDefault("Content-Type", "")),
          timeout,
          calls.settings().maxResponseBytes());
    } catch (IllegalArgumentException | HttpInput.MissingPart wrong) {
      throw new HttpFailure(HttpInput.error(wrong));
    }
  }
}
