package dev.manyhands.web;

import java.util.List;
import org.springframework.http.MediaType;
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
  static String of(Accept accept) throws HttpMediaTypeNotAcceptableException {
    return choose(accept, NOW);
  }

  /// Of results that are followed: JSON lines if all are welcome.
  static String followed(Accept accept) throws HttpMediaTypeNotAcceptableException {
    return choose(accept, FOLLOWED);
  }

  /// An event stream is followed unless the client says otherwise, or would rather have something
  /// that is there now: it has no other use.
  static boolean isEvents(Accept accept) {
    double quality = accept.quality(MediaType.TEXT_EVENT_STREAM);
    return accept.names(MediaType.TEXT_EVENT_STREAM)
        && NOW.stream().noneMatch(type -> accept.quality(type) > quality);
  }

  private static String choose(Accept accept, List<MediaType> offered)
      throws HttpMediaTypeNotAcceptableException {
    return accept
        .best(offered)
        .orElseThrow(() -> new HttpMediaTypeNotAcceptableException(offered))
        .toString();
  }
}
