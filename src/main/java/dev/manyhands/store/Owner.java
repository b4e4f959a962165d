package dev.manyhands.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Who has a job, as the store knows it.
///
/// @param node that runs the job, or ran it to its end
/// @param runs whether the job has not ended
/// @param url where the node is reached; none: it is gone, or did not say
/// @param leaseLeft until the job may be another's; zero: it is about to be
public record Owner(String node, boolean runs, @Nullable String url, Duration leaseLeft) {}
