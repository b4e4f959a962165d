/// Tests of the JSON forms: what is read, what is refused and where.
@NullMarked
package dev.manyhands.json;

import org.jspecify.annotations.NullMarked;
