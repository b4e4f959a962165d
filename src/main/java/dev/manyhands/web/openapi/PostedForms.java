package dev.manyhands.web.openapi;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A job as it is posted, and the small orders.
interface PostedForms {
  @Schema(
      description =
          "A function and its inputs, or tasks. Only these must be there, of an open job only the"
              + " function.")
  record PostedJob(
      @Schema(description = "with tasks: of those that name none") @Nullable Function function,
      @ArraySchema(
              minItems = 1,
              arraySchema =
                  @Schema(description = "one task each, any JSON; kept as the bytes that come"))
          @Nullable List<Object> inputs,
      @ArraySchema(
              minItems = 1,
              arraySchema =
                  @Schema(
                      description =
                          "instead of inputs: unlike tasks in one job; all functions have to run on"
                              + " one pool"))
          @Nullable List<PostedTask> tasks,
      @Schema(
              defaultValue = "false",
              description = "it goes on taking inputs until it is sealed; then it needs none here")
          @Nullable Boolean open,
      @Schema(description = "a pool of `GET /v1/pools`; none: the one that fits the function")
          @Nullable String pool,
      @Schema(minimum = "1", maximum = "100000", description = "tasks of it that run at once")
          @Nullable Integer maxParallel,
      @Schema(
              minimum = "1",
              maximum = "1000000",
              description = "tasks handed to a worker at once; none: chosen from their run time")
          @Nullable Integer chunkSize,
      @Schema(
              minimum = "1",
              maximum = "5",
              defaultValue = "3",
              description = "where jobs compete for workers, each step doubles the share")
          @Nullable Integer priority,
      @Schema(
              example = "PT25S",
              description =
                  "after so long an attempt is asked to end, as by Ctrl-C; shorter than `timeout`")
          @Nullable String softTimeout,
      @Schema(
              example = "PT30S",
              description = "the longest that one attempt may run, 1 ms to 7 days")
          @Nullable String timeout,
      @Nullable Retry retry,
      @Nullable OnFailure onFailure,
      @Schema(
              allowableValues = {"rerun", "fail"},
              defaultValue = "rerun",
              description = "what becomes of the task that a worker was running when it died")
          @Nullable String onWorkerLost,
      @Schema(
              minimum = "1",
              maximum = "100",
              defaultValue = "3",
              description = "workers that a task may cost before it ends as `crashed`")
          @Nullable Integer maxCrashes,
      @Schema(description = "no task starts earlier") @Nullable Instant notBefore,
      @Schema(description = "what has not ended then is cancelled") @Nullable Instant deadline,
      @Nullable DependsOn dependsOn,
      @Schema(description = "at most 8") @Nullable List<LimitUse> limits,
      @Schema(example = "P7D", description = "how long it is kept after its end")
          @Nullable String retention,
      @Schema(description = "at most 5") @Nullable List<PostedWebhook> webhooks,
      @Schema(description = "your own marks, at most 32, kept and shown, never read")
          @Nullable Map<String, String> labels) {}

  @Schema(description = "A task with a function of its own, a name of its own, or both.")
  record PostedTask(
      @Schema(description = "none: the job's") @Nullable Function function,
      @Schema(
              types = {},
              description = "any JSON; kept as the bytes that come")
          Object input,
      @Schema(description = CUSTOM_ID) @Nullable String customId) {}

  String CUSTOM_ID = "the client's own name of the task, 1 to 200 characters, once in a job";

  @Schema(
      description = "What is run on each input.",
      oneOf = {JavaFunction.class, PythonFunction.class, CommandFunction.class, HttpFunction.class},
      discriminatorProperty = "type")
  interface Function {}

  @Schema(description = "A function that is installed in the service: `GET /v1/functions`.")
  record JavaFunction(
      @Schema(allowableValues = "java") String type, @Schema(example = "square") String name) {}

  @Schema(description = "Python source with a function in it.")
  record PythonFunction(
      @Schema(allowableValues = "python") String type,
      @Schema(example = "def square(n):\n    return n * n", description = "at most 1 MiB")
          @Nullable String source,
      @Schema(description = "or a module in a folder of the service") @Nullable String module,
      @Schema(description = "called with each input", example = "square") String name,
      @Schema(description = "another function, called once in each worker") @Nullable String setup,
      @Schema(description = "each input is an array of arguments", defaultValue = "false")
          @Nullable Boolean spread) {}

  @Schema(description = "A program, started once a task, without a shell.")
  record CommandFunction(
      @Schema(allowableValues = "command") String type,
      @Schema(
              description =
                  "program and arguments, `{}` for the input; without one it comes on stdin")
          List<String> argv,
      @Schema(
              allowableValues = {"text", "json"},
              defaultValue = "text",
              description = "whether stdout is a string or JSON")
          @Nullable String output) {}

  @Schema(
      description =
          "An HTTP request a task. `{}` stands for the input and `{/name}` for a part of it, in the"
              + " url, in values of headers and in the body.")
  record HttpFunction(
      @Schema(allowableValues = "http") String type,
      @Schema(
              allowableValues = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"},
              description = "none: `GET`, or `POST` with a body")
          @Nullable String method,
      @Schema(example = "https://api.example.com/users/{/id}") String url,
      @Nullable Map<String, String> headers,
      @Schema(
              types = {},
              description = "a text, or JSON with places in its strings")
          @Nullable Object body,
      @ArraySchema(
              schema = @Schema(allowableValues = {"3xx", "4xx", "5xx"}),
              arraySchema =
                  @Schema(description = "statuses that fail a task; none: `4xx` and `5xx`"))
          @Nullable List<String> failOn) {}

  @Schema(description = "When a failed or timed out task is tried again.")
  record Retry(
      @Schema(minimum = "1", maximum = "100", defaultValue = "1") @Nullable Integer maxAttempts,
      @Schema(defaultValue = "PT0.2S", description = "twice as long each time")
          @Nullable String backoff,
      @Schema(defaultValue = "PT1M") @Nullable String maxBackoff) {}

  @Schema(description = "What a task that does not succeed means for the rest.")
  record OnFailure(
      @Schema(
              allowableValues = {"continue", "stop"},
              defaultValue = "continue")
          @Nullable String mode) {}

  @Schema(description = "Jobs that have to end before this one starts.")
  record DependsOn(
      @Schema(description = "1 to 1,000 ids") List<String> jobs,
      @Schema(
              allowableValues = {"own", "values", "whole"},
              defaultValue = "own",
              description =
                  "its inputs: posted with it; each value of the others; one array a job of them")
          @Nullable String inputs,
      @Schema(
              allowableValues = {"cancel", "run"},
              defaultValue = "cancel",
              description = "what it does if one of them does not succeed")
          @Nullable String onFailed) {}

  @Schema(description = "A named limit that tasks of many jobs share.")
  record LimitUse(
      String name,
      @Schema(
              minimum = "1",
              maximum = "100000",
              description =
                  "makes the limit, with the job, where there is none of this name; one that is"
                      + " there has to have as many")
          @Nullable Integer permits,
      @Schema(
              example = "/host",
              description = "JSON pointer into the input: one limit for each value there")
          @Nullable String key) {}

  @Schema(description = "An address that is told what happens to the job.")
  record PostedWebhook(
      @Schema(
              example = "https://example.com/hooks",
              description = "http or https, at a public address unless the operator allows others")
          String url,
      @Schema(
              pattern = "^whsec_.+$",
              description =
                  "`whsec_` and 24 to 64 bytes as base64; none: one is made, but not with view=values")
          @Nullable String secret,
      @ArraySchema(
              schema = @Schema(allowableValues = {"job.started", "job.ended"}),
              arraySchema = @Schema(description = "left out: all"),
              minItems = 1)
          @Nullable List<String> events) {}

  @Schema(description = "Inputs for an open job.")
  record AddedInputs(@ArraySchema(minItems = 1) List<Object> inputs) {}

  @Schema(description = "How a job is cancelled.")
  record Cancel(
      @Schema(
              allowableValues = {"drain", "kill"},
              defaultValue = "drain",
              description = "let what runs end, or end it")
          @Nullable String mode) {}

  @Schema(
      description =
          "Which tasks run again; those that failed, crashed, timed out or were cancelled if nothing"
              + " is said.")
  record Again(
      @ArraySchema(
              minItems = 1,
              schema =
                  @Schema(
                      allowableValues = {
                        "succeeded",
                        "failed",
                        "crashed",
                        "timed_out",
                        "cancelled",
                        "skipped"
                      }),
              arraySchema = @Schema(description = "those that ended so"))
          @Nullable List<String> outcomes,
      @ArraySchema(
              minItems = 1,
              arraySchema = @Schema(description = "these, at most 10,000; not with outcomes"))
          @Nullable List<Integer> indexes) {}

  @Schema(description = "How many workers a pool shall have.")
  record Resize(@Schema(minimum = "1", maximum = "10000") int workers) {}
}
