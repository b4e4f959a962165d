package dev.manyhands.dispatch;

/// The node that has all jobs with named limits, where nodes share a store.
public interface LimitsNode {
  /// Where there is one node.
  LimitsNode SELF =
      new LimitsNode() {
        @Override
        public boolean isHere() {
          return true;
        }

        @Override
        public void accept(StagedJob job) {
          throw new IllegalStateException("the only node accepts every job itself: " + job.id());
        }
      };

  /// Whether it is this one.
  boolean isHere();

  /// Has that node accept the job; when this returns, it is committed there, and runs.
  ///
  /// @throws RuntimeException if that node turns it down, or cannot be asked
  void accept(StagedJob job);
}
