package dev.manyhands.web;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;

/// Chooses the media type of results.
final class ResultType {
  static final String JSONL = "application/jsonl";
  static final String NDJSON = "application/x-ndjson";

  private static final List<MediaType> OFFERED =
      List.of(
          MediaType.APPLICATION_JSON,
          MediaType.parseMediaType(JSONL),
          MediaType.parseMediaType(NDJSON));

  private ResultType() {}

  /// The first offered type that the best of the accepted ones allows; JSON if all are welcome.
  /// What allows none of them was turned down before.
  static String of(@Nullable String accept) {
    List<MediaType> accepted = new ArrayList<>(MediaType.parseMediaTypes(accept));
    MimeTypeUtils.sortBySpecificity(accepted);
    return accepted.stream()
        .flatMap(type -> OFFERED.stream().filter(type::includes))
        .findFirst()
        .orElse(MediaType.APPLICATION_JSON)
        .toString();
  }
}
