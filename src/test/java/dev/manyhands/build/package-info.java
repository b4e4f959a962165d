/// What a newcomer touches first: the script that starts the build.
@NullMarked
package dev.manyhands.build;

import org.jspecify.annotations.NullMarked;
