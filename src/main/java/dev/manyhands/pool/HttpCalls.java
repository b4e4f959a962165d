package dev.manyhands.pool;

import dev.manyhands.outbound.HttpSettings;
import dev.manyhands.outbound.Outbound;

/// The way out for HTTP functions, and what bounds their requests.
record HttpCalls(Outbound outbound, HttpSettings settings) {}
