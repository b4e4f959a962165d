package dev.manyhands.store;

import dev.manyhands.job.JobId;
import dev.manyhands.testkit.Wait;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// What a node is told of its jobs.
class Told implements Ownership {
  final List<Claimed> taken = Collections.synchronizedList(new ArrayList<>());
  final CountDownLatch lost = new CountDownLatch(1);
  private final TestSchema schema;

  Told(TestSchema schema) {
    this.schema = schema;
  }

  @Override
  public List<Claimed> taken(List<Claimed> jobs) {
    taken.addAll(jobs);
    return List.of();
  }

  @Override
  public void lost() {
    lost.countDown();
  }

  boolean has(JobId job) {
    return List.copyOf(taken).stream().anyMatch(claimed -> claimed.job().id().equals(job));
  }

  void awaitTaken() {
    Wait.untilSeen("jobs are taken over", () -> !taken.isEmpty() || schema.looked());
  }

  void awaitTaken(JobId job) {
    Wait.untilSeen(job + " is taken over", () -> has(job) || schema.looked());
  }
}
