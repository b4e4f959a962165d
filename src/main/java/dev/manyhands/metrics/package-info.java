/// Counts what happens, for Prometheus, and says how the pools are: an observer of dispatch, pools
/// and store. Nobody knows this room. Uses: job, pool, store, dispatch.
@ApplicationModule(allowedDependencies = {"job", "pool", "store", "dispatch"})
@NullMarked
package dev.manyhands.metrics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
