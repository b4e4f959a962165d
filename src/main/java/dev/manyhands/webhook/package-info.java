/// Tells addresses that clients name what happens to their jobs: takes what the store has put into
/// its outbox, signs it, sends it, and tries again. Nobody knows this room. Uses: job, store,
/// outbound, dispatch.
@ApplicationModule(allowedDependencies = {"job", "store", "outbound", "dispatch"})
@NullMarked
package dev.manyhands.webhook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
