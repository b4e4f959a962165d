package dev.manyhands.store;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A connection that prepares each statement once and keeps it, since the driver does not: closing
/// one only hands it back. Used by one thread at a time, as every connection is.
///
/// All statements of the store are constants, so the number of those kept is bounded by its code.
final class KeptStatements implements InvocationHandler {
  private final Connection raw;
  private final Map<String, Kept> bySql = new HashMap<>();

  private KeptStatements(Connection raw) {
    this.raw = raw;
  }

  static Connection on(Connection raw) {
    return proxy(Connection.class, new KeptStatements(raw));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args)
      throws Throwable {
    if (method.getName().equals("prepareStatement") && args != null && args.length == 1) {
      return prepared((String) args[0]);
    }
    return call(raw, method, args);
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    Kept kept = bySql.get(sql);
    if (kept == null) {
      kept = new Kept(raw.prepareStatement(sql));
      bySql.put(sql, kept);
    } else if (kept.taken) {
      return raw.prepareStatement(sql);
    }
    kept.taken = true;
    return kept.proxy;
  }

  private static final class Kept implements InvocationHandler {
    private final PreparedStatement raw;
    private final PreparedStatement proxy;
    private boolean taken;

    private Kept(PreparedStatement raw) {
      this.raw = raw;
      this.proxy = proxy(PreparedStatement.class, this);
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args)
        throws Throwable {
      if (method.getName().equals("close")) {
        // Also lets go of the last parameters: a block may be large.
        raw.clearParameters();
        taken = false;
        return null;
      }
      return call(raw, method, args);
    }
  }

  private static @Nullable Object call(Object target, Method method, Object @Nullable [] args)
      throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
