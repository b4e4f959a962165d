/// Keeps the truth: jobs, their inputs and their results as two append-only logs in a database.
/// What a commit returned for is synced to disk. Knows no pool and no HTTP. Uses: job, json.
@ApplicationModule(allowedDependencies = {"job", "json"})
@NullMarked
package dev.manyhands.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
