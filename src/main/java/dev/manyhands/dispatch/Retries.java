package dev.manyhands.dispatch;

import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Gates;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Selected;
import dev.manyhands.job.Verdict;
import dev.manyhands.store.Change;
import dev.manyhands.store.JobStore;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes a new job of some tasks of one that has ended, of any size in little memory: how they
/// ended and their inputs are read from the store as they are copied.
final class Retries {
  /// Blocks of results that are looked at at once.
  private static final int BLOCKS = 16;

  private final JobStore store;
  private final Submissions submissions;

  Retries(JobStore store, Submissions submissions) {
    this.store = store;
    this.submissions = submissions;
  }

  /// @param job has ended
  /// @param once the request's key, with what was sent
  /// @return the new job, committed; its tasks are in the order of the old indexes
  Job retry(Job job, Selected selected, Change.@Nullable Once once) {
    if (job.counts().total() == 0) {
      throw conflict(job.id() + " has no inputs" + whyNone(job) + "; post it again instead");
    }
    try (Intake intake = submissions.open()) {
      InputCopy copy = new InputCopy(store, job, intake::add);
      switch (selected) {
        case Selected.ByOutcome(Set<Outcome> outcomes) -> copyByOutcome(job, outcomes, copy);
        case Selected.ByIndex(List<Integer> indexes) -> copyByIndex(job, indexes, copy);
      }
      if (copy.end() == 0) {
        throw nothing(job, selected);
      }
      JobSpec spec = job.spec();
      Gates gates = submissions.again(spec.gates());
      JobSpec again = spec.gated(gates).kept(spec.keeping().retrying(job.id()));
      return intake.accept(again, false, once, false);
    }
  }

  private void copyByOutcome(Job job, Set<Outcome> outcomes, InputCopy copy) {
    int next = 0;
    while (next < job.counts().total()) {
      List<Verdict> verdicts = store.verdicts(job.id(), next, BLOCKS);
      if (verdicts.isEmpty()) {
        return; // the job was removed
      }
      for (Verdict verdict : verdicts) {
        if (outcomes.contains(verdict.outcome())) {
          copy.add(verdict.first(), verdict.count());
        }
      }
      next = verdicts.getLast().end();
    }
  }

  private static void copyByIndex(Job job, List<Integer> indexes, InputCopy copy) {
    int total = job.counts().total();
    int last = indexes.getLast();
    if (last >= total) {
      throw new Refused(
          new Refusal.InvalidBody(
              "the job has no such task",
              List.of(
                  new Refusal.Mistake(
                      "/indexes",
                      "expected indexes from 0 to " + (total - 1) + ", got: " + last))));
    }
    indexes.forEach(index -> copy.add(index, 1));
  }

  private static Refused nothing(Job job, Selected selected) {
    String wanted =
        switch (selected) {
          case Selected.ByOutcome(Set<Outcome> outcomes) ->
              outcomes.stream().sorted().map(Outcome::word).collect(Collectors.joining(" or "));
          case Selected.ByIndex _ -> "with such an index";
        };
    return conflict("no task of " + job.id() + " is " + wanted);
  }

  private static String whyNone(Job job) {
    DependsOn dependsOn = job.spec().gates().dependsOn();
    return dependsOn != null && dependsOn.inputs() != DependsOn.Inputs.OWN
        ? ": it was " + job.state().word() + " before it got the values of the jobs it depends on"
        : "";
  }

  private static Refused conflict(String detail) {
    return new Refused(new Refusal.Conflict("nothing-to-retry", detail));
  }
}
