package dev.manyhands.store;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobState;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A process of its own that commits jobs as fast as it can, and prints the id of each job after
/// its end was committed, until it is killed.
final class CommittingProcess {
  private CommittingProcess() {}

  /// @param below what is to start it: a program and its arguments; none: it is started itself
  static Process start(Path folder, String... below) throws IOException {
    List<String> command = new ArrayList<>(List.of(below));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(CommittingProcess.class.getName(), folder.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /// The next id that it prints; what it logs is passed over.
  static String awaitId(BufferedReader out) throws IOException {
    String line = out.readLine();
    while (line != null && !line.startsWith("job_")) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("the committing process has ended");
    }
    return line;
  }

  public static void main(String[] args) {
    try (JobStore store = SqliteJobStore.open(Path.of(args[0]))) {
      while (true) {
        Job job = Samples.job(2);
        store.commit(List.of(Samples.accept(job)));
        store.commit(List.of(Samples.running(job.id(), 1, Samples.ran(1, 1))));
        store.commit(List.of(Samples.ended(job.id(), 1, JobState.SUCCEEDED, Samples.ran(0, 1))));
        System.out.println(job.id());
      }
    }
  }
}
