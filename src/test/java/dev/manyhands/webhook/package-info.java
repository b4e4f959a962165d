@NullMarked
package dev.manyhands.webhook;

import org.jspecify.annotations.NullMarked;
