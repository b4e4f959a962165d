package dev.manyhands.dispatch;

import dev.manyhands.job.Function;
import dev.manyhands.job.HttpRules;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Shown;
import dev.manyhands.job.Urls;
import dev.manyhands.job.Webhook;
import dev.manyhands.job.Work;
import dev.manyhands.outbound.Outbound;
import dev.manyhands.pool.Functions;
import dev.manyhands.pool.Pools;
import dev.manyhands.pool.Python;
import dev.manyhands.pool.WorkerPool;
import dev.manyhands.security.AllowedKinds;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the pool for a job, one that can run all of its functions.
final class Placing {
  private final Pools pools;
  private final Functions functions;
  private final Outbound outbound;
  private final Python python;
  private final AllowedKinds allowed;

  Placing(
      Pools pools, Functions functions, Outbound outbound, Python python, AllowedKinds allowed) {
    this.allowed = allowed;
    this.pools = pools;
    this.functions = functions;
    this.outbound = outbound;
    this.python = python;
  }

  /// The pool that the job names, or the one that fits its functions.
  ///
  /// @throws Refused if there is no such pool or function, no pool can run all of them, or one is
  ///   of a kind that the operator does not allow
  WorkerPool place(Work work, @Nullable String name) {
    return place(work, name, _ -> "/function");
  }

  /// The same.
  ///
  /// @param pointers where each of the functions stands first
  WorkerPool place(Work work, @Nullable String name, IntFunction<String> pointers) {
    refuseForbidden(work);
    for (int i = 0; i < work.functions().size(); i++) {
      refuseUnknown(work.functions().get(i), pointers.apply(i));
    }
    if (name == null) {
      return fitting(work, pointers);
    }
    WorkerPool pool =
        pools
            .get(name)
            .orElseThrow(
                () -> invalid("/pool", "expected one of " + names() + ", got: " + Shown.of(name)));
    Function first = work.functions().getFirst();
    if (!pools.canRun(pool, first)) {
      throw invalid(
          "/pool",
          "expected a pool that runs %s functions, got %s, whose workers are %s"
              .formatted(first.type(), name, pool.kind().word()));
    }
    work.functions().stream()
        .filter(function -> !pools.canRun(pool, function))
        .findFirst()
        .ifPresent(other -> {
          throw unfit(work, other, "a function that the pool " + name + " can run", pointers);
        });
    return pool;
  }

  private void refuseForbidden(Work work) {
    for (Function function : work.functions()) {
      allowed
          .refusal(function)
          .ifPresent(why -> {
            throw new Refused(new Refusal.Unavailable(why));
          });
    }
  }

  private void refuseUnknown(Function function, String at) {
    if (function instanceof Function.Java java && functions.find(java.name()).isEmpty()) {
      throw invalid(
          at + "/name",
          "expected a function that GET /v1/functions lists, got: " + Shown.of(java.name()));
    }
    if (function instanceof Function.Http http) {
      HttpRules.fixedUrl(http.url())
          .flatMap(outbound::refusal)
          .ifPresent(why -> {
            throw invalid(at + "/url", why);
          });
    }
    if (function instanceof Function.PythonModule module
        && python instanceof Python.Found found
        && found.path().isEmpty()) {
      throw invalid(
          at + "/module",
          "expected source, since this service has no folder of modules (manyhands.python.path),"
              + " got the module "
              + module.module());
    }
  }

  /// The same for a job that was accepted before a restart: a pool that is gone or changed makes
  /// way for one that fits.
  ///
  /// @throws Refused if there is none, or its functions are of a kind that is no longer allowed
  WorkerPool placeAgain(Work work, @Nullable String name) {
    refuseForbidden(work);
    return pools
        .get(name == null ? "" : name)
        .filter(pool -> runsAll(pool, work))
        .orElseGet(() -> fitting(work, _ -> "/function"));
  }

  private boolean runsAll(WorkerPool pool, Work work) {
    return work.functions().stream().allMatch(function -> pools.canRun(pool, function));
  }

  /// The pool that fits the first function that has one which can run all of the others too, or any
  /// that can.
  private WorkerPool fitting(Work work, IntFunction<String> pointers) {
    if (!work.isMixed()) {
      return fitting(work.functions().getFirst());
    }
    Stream<WorkerPool> fitting = work.functions().stream().map(this::fitting).toList().stream();
    List<WorkerPool> left = Stream.concat(fitting, pools.all().stream()).distinct().toList();
    for (Function function : work.functions()) {
      List<WorkerPool> both = left.stream().filter(pool -> pools.canRun(pool, function)).toList();
      if (both.isEmpty()) {
        String before = "one that " + left.getFirst().name() + " can run, as the tasks before it";
        throw unfit(work, function, before, pointers);
      }
      left = both;
    }
    return left.getFirst();
  }

  private Refused unfit(
      Work work, Function function, String expected, IntFunction<String> pointers) {
    return invalid(
        pointers.apply(work.functions().indexOf(function)),
        "expected %s, got one of type %s, which runs on %s: post a job for each pool"
            .formatted(expected, function.type(), fitting(function).name()));
  }

  private WorkerPool fitting(Function function) {
    return pools
        .fitting(function)
        .orElseThrow(() ->
            new Refused(
                new Refusal.Unavailable(
                    "no pool of this service runs " + function.type() + " functions")));
  }

  private List<String> names() {
    return pools.all().stream().map(WorkerPool::name).toList();
  }

  /// @throws Refused if a webhook's address may not be connected to, as far as that can be told now
  void refuseUnreachable(List<Webhook> webhooks) {
    for (int i = 0; i < webhooks.size(); i++) {
      String pointer = "/webhooks/" + i + "/url";
      outbound
          .refusal(Urls.parse(webhooks.get(i).url()))
          .ifPresent(why -> {
            throw invalid(pointer, why);
          });
    }
  }

  private static Refused invalid(String pointer, String detail) {
    return new Refused(
        new Refusal.InvalidBody(
            "the job names something that is not here",
            List.of(new Refusal.Mistake(pointer, detail))));
  }
}
