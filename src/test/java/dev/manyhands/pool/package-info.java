@NullMarked
package dev.manyhands.pool;

import org.jspecify.annotations.NullMarked;
