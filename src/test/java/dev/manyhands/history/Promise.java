package dev.manyhands.history;

/// What holds whatever breaks.
public enum Promise {
  /// Every job whose submission was answered with a 2xx is there.
  NONE_LOST,
  /// Each index of a job has one terminal record, and no other index has one.
  ONE_RECORD,
  /// Each task succeeded with the value of its function, from a run that took place.
  RIGHT_VALUE,
  /// A result that was read once is the same ever after.
  NEVER_CHANGED,
  /// The counts of a job are those of its records, and add up to its tasks.
  COUNTS_AGREE,
  /// However often a submission was sent under its key, there is one job; none if it was only ever
  /// turned down.
  NONE_DOUBLED,
  /// All jobs came to their end in time.
  NONE_STUCK,
  /// What had ended never ran again, and of the rest only what a fault can have interrupted.
  NONE_REPEATED,
  /// Nothing outlives the service: no process, no folder, no lock.
  NOTHING_LEFT,
  /// The log speaks of no mistake of the service's own, no lack of memory, and no secret.
  LOG_CLEAN
}
