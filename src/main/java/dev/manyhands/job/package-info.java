/// The words and rules of the service: what a job, a task, an input, an outcome is and which of
/// them are valid. Plain Java: no Spring, no JDBC, no JSON library. Payloads are bytes here, never
/// objects. Uses no other room.
@NullMarked
package dev.manyhands.job;

import org.jspecify.annotations.NullMarked;
