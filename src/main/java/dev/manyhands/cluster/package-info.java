/// Past one machine: pools whose workers are other nodes, reached over RabbitMQ, and the worker's
/// side of them. Nobody knows this room. Uses: job, json, pool.
@ApplicationModule(allowedDependencies = {"job", "json", "pool"})
@NullMarked
package dev.manyhands.cluster;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
