package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobIds;
import dev.manyhands.store.Change;
import dev.manyhands.store.JobStore;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A job that is stored and has not ended, and that no node has at this moment.
class OwnerlessJobTest {
  @Test
  void whatCannotBeDoneWithItIsNotSaidToBeDone(@TempDir Path data) throws Exception {
    try (Api api = Api.on(data)) {
      String open =
          api.submit(Api.job("square", "[]").replace("\"inputs\"", "\"open\":true,\"inputs\""));
      Job here =
          api.bean(JobService.class).job(new JobId(open.substring(open.lastIndexOf('/') + 1)));
      Job job =
          new Job(
              new JobIds(InstantSource.system()).next(),
              here.caller(),
              here.spec(),
              here.standing(),
              here.counts(),
              here.timeline());
      api.bean(JobStore.class).commit(List.of(new Change.Accept(job, List.of(), true, null)));
      String path = "/v1/jobs/" + job.id();

      for (String act : List.of("/seal", "/cancel", "/pause", "/resume", "/inputs")) {
        HttpResponse<String> answer =
            api.post(path + act, act.equals("/inputs") ? "{\"inputs\":[1]}" : "");
        assertThat(answer.statusCode()).as(act + answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      }
      assertThat(Api.json(api.get(path)).get("state").stringValue()).isEqualTo("receiving");
    }
  }
}
