package dev.manyhands.dispatch;

import dev.manyhands.store.JobStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.BiConsumer;

/// A real store of which a test sees every call before it is made, and may throw instead.
final class WatchedStore {
  private WatchedStore() {}

  static JobStore of(JobStore store, BiConsumer<Method, Object[]> watcher) {
    return (JobStore)
        Proxy.newProxyInstance(
            WatchedStore.class.getClassLoader(),
            new Class<?>[] {JobStore.class},
            (_, method, arguments) -> {
              watcher.accept(method, arguments == null ? new Object[0] : arguments);
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
