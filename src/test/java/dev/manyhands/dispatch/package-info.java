@NullMarked
package dev.manyhands.dispatch;

import org.jspecify.annotations.NullMarked;
