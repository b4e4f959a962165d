/// The Java functions that every service has: some that compute, one that waits, one that passes
/// its input on.
@NullMarked
package dev.manyhands.pool.functions;

import org.jspecify.annotations.NullMarked;
