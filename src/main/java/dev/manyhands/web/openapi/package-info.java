/// What the API tells about itself: the JSON forms as records that are never made, only described,
/// and what each operation takes and answers. Controllers know nothing of it; paths, methods and
/// parameters are read from them.
@NullMarked
package dev.manyhands.web.openapi;

import org.jspecify.annotations.NullMarked;
