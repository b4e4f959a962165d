package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A chunk without any Python: commands are started by this JVM, one a task; Python functions fail
/// with the reason.
final class PlainRun implements ProcessRun {
  private static final JsonMapper JSON = new JsonMapper();

  private final Chunk chunk;
  private final Answers answers;
  private final Python.Missing python;
  private final Path home;
  private final int maxValue;
  private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
  private volatile @Nullable PlainCommand current;
  private volatile int running = -1;
  private volatile int end;

  /// The task that was cancelled while it ran; -1: none.
  private volatile int cancelled = -1;

  PlainRun(Chunk chunk, Answers answers, Python.Missing python, Path home, int maxValue) {
    this.chunk = chunk;
    this.answers = answers;
    this.python = python;
    this.home = home;
    this.maxValue = maxValue;
    this.end = chunk.end();
  }

  @Override
  public boolean stop(Stop reason) {
    if (!stop.compareAndSet(null, reason)) {
      return false;
    }
    PlainCommand command = current;
    if (command != null) {
      command.kill();
    }
    return true;
  }

  /// There is no worker here that could be mute.
  @Override
  public void lookWhetherMute() {}

  @Override
  public synchronized void cancel(int index) {
    PlainCommand command = current;
    if (index == running) {
      cancelled = index;
      if (command != null) {
        command.kill();
      }
    } else if (index > running) {
      end = Math.min(end, index);
    }
  }

  @Override
  public synchronized void cut() {
    end = Math.min(end, running + 1);
  }

  private synchronized boolean begin(int index) {
    if (index >= end) {
      return false;
    }
    running = index;
    return true;
  }

  @Override
  public void run() throws InterruptedException {
    JsonLines inputs = chunk.inputs().get();
    switch (chunk.call().function()) {
      case Function.Command command -> {
        if (python.commands() == null) {
          runAll(command, inputs);
        } else {
          answers.failAll(TaskError.function("SandboxUnavailable", python.commands(), null));
        }
      }
      case Function.Python _, Function.PythonModule _ ->
          answers.failAll(TaskError.function("PythonUnavailable", python.reason(), null));
      case Function.Java _, Function.Http _ -> {
        String message = "processes run no " + chunk.call().function().label();
        answers.failAll(TaskError.function("WrongPool", message, null));
      }
    }
  }

  private void runAll(Function.Command command, JsonLines inputs) throws InterruptedException {
    int at = inputs.offset();
    for (int index = chunk.first(); begin(index) && stop.get() == null; index++) {
      int to = inputs.end(at);
      task(index, command, Arrays.copyOfRange(inputs.bytes(), at, to));
      at = to + 1;
    }
  }

  private void task(int index, Function.Command command, byte[] input) throws InterruptedException {
    boolean onStdin = command.argv().stream().noneMatch(part -> part.contains("{}"));
    PlainCommand.Ended ended;
    try {
      List<String> argv = onStdin ? command.argv() : filled(command.argv(), input);
      PlainCommand run = new PlainCommand(argv, onStdin ? input : null, home, maxValue);
      current = run;
      if (stop.get() != null || cancelled == index) {
        run.kill();
      }
      ended = run.await(chunk.call().timeouts().hard());
    } catch (IOException e) {
      answers.fail(
          index,
          Outcome.FAILED,
          TaskError.function("CannotStart", String.valueOf(e.getMessage()), null));
      return;
    } catch (IllegalArgumentException e) {
      answers.fail(
          index,
          Outcome.FAILED,
          TaskError.exception("ValueError", String.valueOf(e.getMessage()), null));
      return;
    } finally {
      current = null;
    }
    answer(index, command, ended);
  }

  private void answer(int index, Function.Command command, PlainCommand.Ended ended) {
    if (stop.get() != null) {
      if (stop.get() instanceof Stop.Cancelled) {
        answers.fail(index, Outcome.CANCELLED, Blame.CANCELLED);
      } else if (chunk.call().once()) {
        answers.fail(index, Outcome.CRASHED, Blame.STOPPED);
      }
    } else if (cancelled == index) {
      answers.fail(index, Outcome.CANCELLED, Blame.TASK_CANCELLED);
    } else if (ended.timedOut()) {
      String message = "the program ran longer than " + chunk.call().timeouts().hard();
      answers.fail(index, Outcome.TIMED_OUT, TaskError.timeout(message));
    } else if (ended.tooLong()) {
      String message = "expected at most " + maxValue + " bytes of output (max-value)";
      answers.fail(index, Outcome.FAILED, TaskError.valueLimit(message));
    } else if (ended.exitValue() != 0) {
      TaskError.Exit exit = ExitStatus.ofJava(ended.exitValue(), null, ended.stderr());
      String message = command.argv().getFirst() + " " + ExitStatus.inWords(exit);
      answers.fail(index, Outcome.FAILED, TaskError.exit(message, exit));
    } else {
      succeed(index, command, ended.stdout());
    }
  }

  private void succeed(int index, Function.Command command, byte[] stdout) {
    byte[] line =
        switch (command.output()) {
          case TEXT ->
              (JSON.writeValueAsString(PlainCommand.textOf(stdout)) + "\n")
                  .getBytes(StandardCharsets.UTF_8);
          case JSON -> onOneLine(stdout);
        };
    try {
      ValueLines.check(line, 0, line.length, 1);
      answers.succeed(index, line);
    } catch (Violation e) {
      String message = "expected one JSON value on standard output, got " + e.getMessage();
      answers.fail(index, Outcome.FAILED, TaskError.result(message));
    }
  }

  /// Line ends stand between tokens only, or the bytes are no JSON.
  private static byte[] onOneLine(byte[] stdout) {
    byte[] line = Arrays.copyOf(stdout, stdout.length + 1);
    for (int i = 0; i < stdout.length; i++) {
      if (line[i] == '\n' || line[i] == '\r') {
        line[i] = ' ';
      }
    }
    line[stdout.length] = '\n';
    return line;
  }

  private static List<String> filled(List<String> argv, byte[] input) {
    String json = new String(input, StandardCharsets.UTF_8);
    String value = json.startsWith("\"") ? JSON.readValue(json, String.class) : json;
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an argument cannot hold the character NUL");
    }
    return argv.stream().map(part -> part.replace("{}", value)).toList();
  }
}
