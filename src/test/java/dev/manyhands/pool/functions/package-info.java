@NullMarked
package dev.manyhands.pool.functions;

import org.jspecify.annotations.NullMarked;
