@NullMarked
package dev.manyhands.metrics;

import org.jspecify.annotations.NullMarked;
