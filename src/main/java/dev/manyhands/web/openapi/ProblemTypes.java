package dev.manyhands.web.openapi;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// Every problem that a request can be answered with: the last part of its `type`, and when it
/// comes.
final class ProblemTypes {
  static final String PREFIX = "/problems/";

  private static final Map<String, String> ALL = new TreeMap<>();

  static {
    ALL.put("bad-request", "the request line, the path or the headers cannot be read");
    ALL.put("busy", "no room for more, the store does not answer, or the service is stopping");
    ALL.put("expectation-failed", "an `Expect` header that is not known");
    ALL.put("foreign-site", "the request comes from a page of another site");
    ALL.put("http-version-not-supported", "not HTTP/1.1");
    ALL.put("idempotency-key-in-use", "the first request with this Idempotency-Key is under way");
    ALL.put("idempotency-key-unfinished", "the first request broke off; its open job goes on");
    ALL.put("internal", "the service failed; its log says why");
    ALL.put("invalid-body", "JSON, but it breaks a rule; `errors` names each place");
    ALL.put("invalid-parameter", "a parameter that is unknown or not of the expected form");
    ALL.put("job-needed", "an unfinished job depends on it");
    ALL.put("job-not-active", "the job is ending or has ended");
    ALL.put("job-not-ended", "the job has to end first");
    ALL.put("job-not-receiving", "the job takes no inputs, or not from others; or was cancelled");
    ALL.put("limit-in-use", "an unfinished job names the limit");
    ALL.put("malformed-json", "the body is no JSON; `errors` names the place");
    ALL.put("method-not-allowed", "there is something here, but not for this method");
    ALL.put("not-acceptable", "`Accept` allows none of the media types that there are");
    ALL.put("not-found", "there is no such job, task, pool or path");
    ALL.put("not-implemented", "a transfer encoding that is not known");
    ALL.put("nothing-to-retry", "no task of the job ended so");
    ALL.put("owner-away", "the node that has the job cannot be asked now");
    ALL.put("owner-broke-off", "it broke off: what was asked for may have been done or not");
    ALL.put("range-not-satisfiable", "the value has none of the bytes that `Range` asks for");
    ALL.put("store-full", "the disk is full");
    ALL.put("task-ended", "the task has ended already");
    ALL.put("task-not-ended", "the task has no value yet");
    ALL.put("tasks-failed", "bare values were asked for, and a task has none");
    ALL.put("too-large", "over a limit of `GET /v1/info`, whose name is in the title");
    ALL.put("too-many-limits", "there are as many named limits as there may be");
    ALL.put("unauthorized", "no key, or not the right one");
    ALL.put("unavailable", "this kind of function cannot run here");
    ALL.put("unsupported-media-type", "the body's media type or encoding is not taken");
  }

  private ProblemTypes() {}

  /// In order of name.
  static Map<String, String> all() {
    return Collections.unmodifiableMap(ALL);
  }

  static String when(String code) {
    String when = ALL.get(code);
    if (when == null) {
      throw new IllegalArgumentException("ProblemTypes does not know the problem type " + code);
    }
    return when;
  }
}
