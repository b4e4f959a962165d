/// Tests of the API through real HTTP, against the whole service within the test's own process.
@NullMarked
package dev.manyhands.web;

import org.jspecify.annotations.NullMarked;
