package dev.manyhands.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/// A writing connection whose transactions begin and end as a [CommitFault] has them.
final class FaultyConnection {
  private static final Set<String> EXECUTE = Set.of("execute", "executeQuery", "executeUpdate");

  private FaultyConnection() {}

  /// @param begin the statement with which a transaction begins
  static Connection of(Connection raw, String begin, CommitFault fault) {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          Object result = call(raw, method, arguments);
          if (method.getName().equals("createStatement")) {
            return plain((Statement) result, fault);
          }
          if (!method.getName().equals("prepareStatement")) {
            return result;
          }
          PreparedStatement statement = (PreparedStatement) result;
          if (begin.equals(arguments[0])) {
            return when(statement, () -> fault.begin(raw), () -> {});
          }
          return "COMMIT".equals(arguments[0])
              ? when(
                  statement,
                  () -> each(Writes.now(), fault::before),
                  () -> each(Writes.now(), fault::after))
              : when(statement, () -> fault.statement((String) arguments[0]), () -> {});
        });
  }

  private static Statement plain(Statement raw, CommitFault fault) {
    return proxy(
        Statement.class,
        (method, arguments) -> {
          if (EXECUTE.contains(method.getName())) {
            fault.statement((String) arguments[0]);
          }
          return call(raw, method, arguments);
        });
  }

  /// The connection of a node's lease, whose every statement is a transaction.
  static Connection ofLease(Connection raw, CommitFault fault) {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          Object result = call(raw, method, arguments);
          if (!method.getName().equals("prepareStatement")) {
            return result;
          }
          Set<String> writes = Writes.ofLease((String) arguments[0]);
          return when(
              (PreparedStatement) result,
              () -> each(writes, fault::before),
              () -> each(writes, fault::after));
        });
  }

  private interface Place {
    void reached(String write) throws SQLException;
  }

  private static void each(Set<String> writes, Place place) throws SQLException {
    for (String write : writes) {
      place.reached(write);
    }
  }

  private interface Step {
    void run() throws SQLException;
  }

  private static PreparedStatement when(PreparedStatement raw, Step before, Step after) {
    return proxy(
        PreparedStatement.class,
        (method, arguments) -> {
          boolean executes = EXECUTE.contains(method.getName());
          if (executes) {
            before.run();
          }
          Object result = call(raw, method, arguments);
          if (executes) {
            after.run();
          }
          return result;
        });
  }

  private interface Call {
    Object of(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call.of(method, arguments)));
  }

  private static Object call(Object raw, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(raw, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
