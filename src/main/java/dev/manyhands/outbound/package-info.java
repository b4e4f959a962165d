/// Sends HTTP requests to where clients of the service point: to public addresses, and to private
/// ones only where the settings allow it, checked on the very address that is connected to. Uses:
/// job.
@ApplicationModule(allowedDependencies = "job")
@NullMarked
package dev.manyhands.outbound;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
