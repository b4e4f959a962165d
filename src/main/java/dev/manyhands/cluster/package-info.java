/// Past one machine: pools whose workers are other nodes, reached over RabbitMQ, and the worker's
/// side of them. Nobody knows this room. Uses: job, json, pool, security.
@ApplicationModule(allowedDependencies = {"job", "json", "pool", "security"})
@NullMarked
package dev.manyhands.cluster;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
