/// Who may: the key of this service and the wall in front of every request. Uses: job.
@ApplicationModule(allowedDependencies = "job")
@NullMarked
package dev.manyhands.security;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
