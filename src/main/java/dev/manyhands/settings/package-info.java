/// Knows which settings there are, and refuses to start with others. Uses: nothing.
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.manyhands.settings;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
