package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.manyhands.dispatch.Whereabouts;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.store.Nodes;
import dev.manyhands.store.Owner;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/// Passes requests about a job that another node has on to that node, where nodes share a store: so
/// every node answers for every job. What the store tells as well as the owner is told from it.
///
/// A request is passed on once at most: whoever gets one that was passed on and has not the job
/// either turns it down, since the job is on its way to another node.
final class Forwarding implements HandlerInterceptor {
  private static final String JOBS = "/v1/jobs/";
  private static final int SOON = 1;

  private final Nodes nodes;
  private final Whereabouts whereabouts;
  private final Relay relay;
  private final Uploads uploads;

  Forwarding(Nodes nodes, Whereabouts whereabouts, Relay relay, Uploads uploads) {
    this.nodes = nodes;
    this.whereabouts = whereabouts;
    this.relay = relay;
    this.uploads = uploads;
  }

  /// @return false if the request was passed on, and is answered
  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws IOException {
    if (request.getRequestURI().startsWith("/v1/limits")) {
      return isLimitsHere() || !passToLimits(request, response);
    }
    if (isLines(request)) {
      return !mayNameLimits(request) || !passToLimits(request, response);
    }
    JobId job = job(request);
    if (job == null || whereabouts.isHere(job) || isToldByTheStore(request)) {
      return true;
    }
    Optional<Owner> found = nodes.ownerOf(job);
    if (found.isEmpty() || found.get().node().equals(nodes.self())) {
      return true;
    }
    Owner owner = found.get();
    if (!owner.runs() && (!request.getMethod().equals("DELETE") || owner.url() == null)) {
      return true;
    }
    if (request.getHeader(Relay.PASSED_ON) != null || owner.url() == null) {
      throw new Refused(
          new Refusal.Away(job + " is about to be another node's: ask again", false, SOON));
    }
    relay.pass(job.text(), owner, request, response);
    return false;
  }

  private boolean isLimitsHere() {
    Optional<Owner> holder = nodes.limits();
    return holder.isPresent() && holder.get().node().equals(nodes.self());
  }

  /// @return true
  private boolean passToLimits(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<Owner> holder = nodes.limits();
    if (request.getHeader(Relay.PASSED_ON) != null
        || holder.isEmpty()
        || holder.get().url() == null) {
      throw new Refused(
          new Refusal.Away("the named limits are about to be another node's: ask again", false, 1));
    }
    relay.pass("the named limits", holder.get(), request, response);
    return true;
  }

  private static boolean isLines(HttpServletRequest request) {
    String type = String.valueOf(request.getContentType());
    return request.getMethod().equals("POST")
        && request.getRequestURI().equals("/v1/jobs")
        && (type.startsWith(ResultType.JSONL) || type.startsWith(ResultType.NDJSON));
  }

  /// Whether inputs come line by line into a job that may name limits: such a job runs while they
  /// come, and so has to be where the limits are from its first line on. One that names none is as
  /// welcome there.
  private boolean mayNameLimits(HttpServletRequest request) throws IOException {
    if (request.getHeader(Relay.PASSED_ON) != null || isLimitsHere()) {
      return false;
    }
    byte[] line = uploads.readFirstLine(request);
    String text = new String(line, ISO_8859_1);
    return text.contains("\"limits\"") || text.contains("\\u");
  }

  /// The job that the path names; null if it names none.
  private static @Nullable JobId job(HttpServletRequest request) {
    if (request.getRequestURI().startsWith(JOBS)
        && request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
            instanceof Map<?, ?> variables
        && variables.get("id") instanceof String id) {
      try {
        return new JobId(id);
      } catch (IllegalArgumentException whoeverReadsItSaysSo) {
        return null;
      }
    }
    return null;
  }

  /// What is told of results is in the log, and the log is in the store: the owner would read it
  /// there too. Only how the job stands, and what is to come, the owner knows better.
  private static boolean isToldByTheStore(HttpServletRequest request) {
    String method = request.getMethod();
    String path = request.getRequestURI();
    String of = path.substring(path.indexOf('/', JOBS.length()) + 1);
    boolean isRead = method.equals("GET") || method.equals("HEAD");
    boolean isLog = of.equals("results") || of.startsWith("tasks") || of.equals("deliveries");
    return path.indexOf('/', JOBS.length()) > 0
        && isRead
        && isLog
        && Prefer.waiting(request).isEmpty()
        && !(of.equals("results")
            && ResultController.isFollowed(request.getParameter("follow"), Accept.of(request)));
  }
}
