package dev.manyhands.web;

import dev.manyhands.dispatch.LimitsNode;
import dev.manyhands.dispatch.StagedJob;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.store.Nodes;
import dev.manyhands.store.Owner;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/// What this node asks of another one for the request that its thread is at, with that request's
/// key.
final class NodeCalls implements LimitsNode {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCalls.class);
  private static final int SOON = 1;

  private final CloseableHttpClient client;
  private final Nodes nodes;

  NodeCalls(CloseableHttpClient client, Nodes nodes) {
    this.client = client;
    this.nodes = nodes;
  }

  private record Answer(int status, @Nullable String retryAfter, byte[] body) {}

  @Override
  public boolean isHere() {
    return !nodes.isShared()
        || nodes.limits().filter(owner -> owner.node().equals(nodes.self())).isPresent();
  }

  @Override
  public void accept(StagedJob job) {
    Owner holder =
        nodes.limits().filter(owner -> owner.url() != null).orElseThrow(() -> away(false, SOON));
    HttpUriRequestBase request = to(holder, "PUT", StagedController.PATH + job.id());
    request.setEntity(new ByteArrayEntity(StagedJson.write(job), ContentType.APPLICATION_JSON));
    Answer answer;
    try {
      answer = ask(request);
    } catch (IOException e) {
      int retry = Relay.retrySeconds(holder);
      throw away(job.once() == null && !Relay.isUnreachable(e), retry);
    }
    if (answer.status() != 204) {
      throw new PassedProblem(answer.status(), answer.retryAfter(), answer.body());
    }
  }

  private static Refused away(boolean unknown, int retrySeconds) {
    return new Refused(
        new Refusal.Away(
            unknown
                ? "the node that has the named limits broke off: the job may be there or not"
                : "the node that has the named limits does not answer; if it is gone, another one"
                    + " has them soon",
            unknown,
            retrySeconds));
  }

  /// Returns when another node's job has ended, after the time at most, or at once if its owner
  /// cannot be asked.
  void awaitEnd(JobId job, Duration atMost) {
    Optional<Owner> owner =
        nodes
            .ownerOf(job)
            .filter(found -> found.runs() && found.url() != null)
            .filter(found -> !found.node().equals(nodes.self()));
    if (owner.isPresent()) {
      HttpUriRequestBase request = to(owner.get(), "GET", "/v1/jobs/" + job);
      request.setHeader("Prefer", "wait=" + Math.max(1, atMost.toSeconds()));
      try {
        ask(request);
      } catch (IOException e) {
        LOG.debug("{} is told as the store has it: {}", job, e.toString());
      }
    }
  }

  private HttpUriRequestBase to(Owner node, String method, String path) {
    HttpUriRequestBase request =
        new HttpUriRequestBase(method, URI.create(Objects.requireNonNull(node.url()) + path));
    if (RequestContextHolder.currentRequestAttributes()
        instanceof ServletRequestAttributes current) {
      HttpServletRequest asked = current.getRequest();
      request.setHeader("Authorization", asked.getHeader("Authorization"));
    }
    request.setHeader(Relay.PASSED_ON, nodes.self());
    return request;
  }

  private Answer ask(HttpUriRequestBase request) throws IOException {
    return client.execute(
        request,
        response -> {
          Header retry = response.getFirstHeader("Retry-After");
          HttpEntity entity = response.getEntity();
          return new Answer(
              response.getCode(),
              retry == null ? null : retry.getValue(),
              entity == null ? new byte[0] : EntityUtils.toByteArray(entity));
        });
  }
}
