package dev.manyhands.web;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

/// Chooses the media type of results.
final class ResultType {
  static final String JSONL = "application/jsonl";
  static final String NDJSON = "application/x-ndjson";

  private static final List<MediaType> NOW =
      List.of(
          MediaType.APPLICATION_JSON,
          MediaType.parseMediaType(JSONL),
          MediaType.parseMediaType(NDJSON));
  private static final List<MediaType> FOLLOWED =
      List.of(
          MediaType.parseMediaType(JSONL),
          MediaType.parseMediaType(NDJSON),
          MediaType.TEXT_EVENT_STREAM);

  private ResultType() {}

  /// Of results that are there. The first offered type that the best of the accepted ones allows;
  /// JSON if all are welcome.
  static String of(@Nullable String accept) throws HttpMediaTypeNotAcceptableException {
    return choose(accept, NOW);
  }

  /// Of results that are followed: JSON lines if all are welcome.
  static String followed(@Nullable String accept) throws HttpMediaTypeNotAcceptableException {
    return choose(accept, FOLLOWED);
  }

  /// An event stream is followed unless the client says otherwise: it has no other use.
  static boolean isEvents(@Nullable String accept) {
    return MediaType.parseMediaTypes(accept).stream()
        .anyMatch(MediaType.TEXT_EVENT_STREAM::equalsTypeAndSubtype);
  }

  private static String choose(@Nullable String accept, List<MediaType> offered)
      throws HttpMediaTypeNotAcceptableException {
    List<MediaType> accepted;
    try {
      accepted = new ArrayList<>(MediaType.parseMediaTypes(accept));
    } catch (InvalidMediaTypeException e) {
      throw new HttpMediaTypeNotAcceptableException(offered);
    }
    if (accepted.isEmpty()) {
      return offered.getFirst().toString();
    }
    MimeTypeUtils.sortBySpecificity(accepted);
    return accepted.stream()
        .filter(type -> type.getQualityValue() > 0)
        .flatMap(type -> offered.stream().filter(type::includes))
        .findFirst()
        .orElseThrow(() -> new HttpMediaTypeNotAcceptableException(offered))
        .toString();
  }
}
