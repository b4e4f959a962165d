package dev.manyhands.dispatch;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Shown;
import dev.manyhands.pool.FunctionMemory;
import dev.manyhands.pool.Pools;
import dev.manyhands.pool.Turnover;
import dev.manyhands.pool.WorkerPool;
import java.util.List;
import java.util.Optional;

/// What clients can see of the pools and change in them.
public final class PoolService {
  /// @param waiting tasks that wait for one of its workers
  /// @param problem why it takes nothing at present, if so
  public record PoolView(
      String name,
      String kind,
      int workers,
      int busy,
      long waiting,
      Turnover turnover,
      Optional<String> problem) {}

  private final Pools pools;
  private final Capacity capacity;
  private final Hindrances hindrances;

  PoolService(Pools pools, Capacity capacity, Hindrances hindrances) {
    this.pools = pools;
    this.capacity = capacity;
    this.hindrances = hindrances;
  }

  public List<PoolView> pools() {
    return pools.all().stream().map(this::view).toList();
  }

  public PoolView pool(String name) {
    return view(find(name));
  }

  /// What the pool has learned of the memory of its functions, the hungriest first.
  public List<FunctionMemory> memory(String name) {
    return find(name).memory();
  }

  /// Changes the number of workers while they run.
  public PoolView resize(String name, int workers) {
    WorkerPool pool = find(name);
    pool.resize(workers);
    tell(pool);
    return view(pool);
  }

  /// Watches the pools from now on, which exist for the scheduler only now.
  void open() {
    for (WorkerPool pool : pools.all()) {
      pool.onChange(() -> {
        tell(pool);
        hindrances.changed(pool);
      });
      tell(pool);
    }
  }

  /// A degraded pool is one without workers until it is well again.
  private void tell(WorkerPool pool) {
    capacity.resized(pool.name(), () -> pool.problem().isEmpty() ? pool.size() : 0);
  }

  private WorkerPool find(String name) {
    return pools
        .get(name)
        .orElseThrow(
            () -> new Refused(new Refusal.NotFound("pool", "there is no pool " + Shown.of(name))));
  }

  private PoolView view(WorkerPool pool) {
    return new PoolView(
        pool.name(),
        pool.kind().word(),
        pool.size(),
        pool.busy(),
        capacity.pending(pool.name()),
        pool.turnover(),
        pool.problem());
  }
}
