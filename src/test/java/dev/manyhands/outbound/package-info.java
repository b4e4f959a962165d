@NullMarked
package dev.manyhands.outbound;

import org.jspecify.annotations.NullMarked;
