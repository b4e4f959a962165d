/// Accepts jobs, hands their tasks out to the pools and collects the outcomes into the store.
/// Nothing is told to a client before it is committed. Uses: job, json, outbound, pool, store,
/// security.
@ApplicationModule(allowedDependencies = {"job", "json", "outbound", "pool", "store", "security"})
@NullMarked
package dev.manyhands.dispatch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
