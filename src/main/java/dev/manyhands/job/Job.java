package dev.manyhands.job;

/// One submission as it stands: what was asked, by whom, and how far it is.
///
/// @param caller whose key submitted it
public record Job(
    JobId id, String caller, JobSpec spec, Standing standing, Counts counts, Timeline timeline) {
  public JobState state() {
    return standing.state();
  }
}
