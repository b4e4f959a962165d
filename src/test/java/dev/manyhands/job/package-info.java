@NullMarked
package dev.manyhands.job;

import org.jspecify.annotations.NullMarked;
