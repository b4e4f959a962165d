/// Does the work: worker pools of threads, virtual threads and child processes, and the Java
/// functions that they run. Every task handed in is answered once. Knows no store and no HTTP.
/// Uses: job.
@ApplicationModule(allowedDependencies = "job")
@NullMarked
package dev.manyhands.pool;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
