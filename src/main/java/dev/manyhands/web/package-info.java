/// The HTTP API under `/v1`: reads requests, writes answers, maps each refusal to a problem
/// document. Nobody knows this room. Uses: job, json, outbound, pool, store, dispatch, security.
@ApplicationModule(
    allowedDependencies = {"job", "json", "outbound", "pool", "store", "dispatch", "security"})
@NullMarked
package dev.manyhands.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
