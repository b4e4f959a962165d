/// Tests of the room `cluster` without a broker: what comes is put in, what goes is written down.
@NullMarked
package dev.manyhands.cluster;

import org.jspecify.annotations.NullMarked;
