/// What tests of several rooms share: hand-written stand-ins, and the service as a process.
@NullMarked
package dev.manyhands.testkit;

import org.jspecify.annotations.NullMarked;
