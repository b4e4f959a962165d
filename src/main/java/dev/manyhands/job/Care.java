package dev.manyhands.job;

/// How the tasks of a job are looked after when they do not simply succeed.
public record Care(Timeouts timeouts, Retry retry, OnFailure onFailure, OnWorkerLost onWorkerLost) {
  public static final Care DEFAULT =
      new Care(Timeouts.NONE, Retry.NEVER, OnFailure.CONTINUE, OnWorkerLost.RERUN);
}
