/// What a client of a service that has faults saw, and the judge of it: the promises that hold
/// whatever breaks.
@NullMarked
package dev.manyhands.history;

import org.jspecify.annotations.NullMarked;
