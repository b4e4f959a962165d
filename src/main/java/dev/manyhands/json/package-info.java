/// The JSON forms of the records of job: read strictly, with the place of every mistake; written
/// once for the API and the store. Payloads are cut out of documents here, as bytes. Uses: job.
@ApplicationModule(allowedDependencies = "job")
@NullMarked
package dev.manyhands.json;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
