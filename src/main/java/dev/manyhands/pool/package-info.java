/// Does the work: worker pools of threads, virtual threads and child processes, and the Java
/// functions that they run. Every task handed in is answered once. Knows no store and no HTTP API.
/// Uses: job, outbound.
@ApplicationModule(allowedDependencies = {"job", "outbound"})
@NullMarked
package dev.manyhands.pool;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
