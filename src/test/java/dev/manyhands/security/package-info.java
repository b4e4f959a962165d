/// Tests of the key and the wall.
@NullMarked
package dev.manyhands.security;

import org.jspecify.annotations.NullMarked;
