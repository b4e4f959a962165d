/// The house: each package below is a room, and a room uses only rooms on the floors below it.
@NullMarked
package dev.manyhands;

import org.jspecify.annotations.NullMarked;
