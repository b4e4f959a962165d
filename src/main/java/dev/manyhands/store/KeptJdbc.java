package dev.manyhands.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/// The template of the writing connection: what every commit calls goes straight to statements that
/// are prepared once and kept, the rest as in any template.
///
/// Every commit of every chunk comes through here, and in the first minutes after a start it runs
/// interpreted: the template's own way of closures, setters and proxies took most of a commit's
/// processor time then. Used by one thread at a time. All statements of the store are constants, so
/// the number of those kept is bounded by its code.
final class KeptJdbc extends JdbcTemplate {
  private final Connection connection;
  private final UnaryOperator<String> text;
  private final Map<String, PreparedStatement> kept = new HashMap<>();

  /// @param text a statement as the database takes it
  KeptJdbc(Connection connection, UnaryOperator<String> text) {
    super(new SingleConnectionDataSource(connection, true));
    this.connection = connection;
    this.text = text;
  }

  @Override
  public void execute(String sql) {
    try {
      prepared(sql).execute();
    } catch (SQLException e) {
      throw translateException("execute", sql, e);
    }
  }

  @Override
  public int update(String sql, @Nullable Object @Nullable ... args) {
    return with("update", sql, args, PreparedStatement::executeUpdate);
  }

  /// The mapper runs no statement of this template.
  @Override
  public <T extends @Nullable Object> List<T> query(
      String sql, RowMapper<T> mapper, @Nullable Object @Nullable ... args) {
    return with("query", sql, args, statement -> all(statement, mapper));
  }

  private static <T extends @Nullable Object> List<T> all(
      PreparedStatement statement, RowMapper<T> mapper) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      List<T> mapped = new ArrayList<>(1);
      while (rows.next()) {
        mapped.add(mapper.mapRow(rows, mapped.size()));
      }
      return mapped;
    }
  }

  private interface Use<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  private <T> T with(String task, String sql, @Nullable Object @Nullable [] args, Use<T> use) {
    try {
      PreparedStatement statement = prepared(sql);
      bind(statement, args);
      T result;
      try {
        result = use.of(statement);
      } catch (SQLException e) {
        forget(statement, e);
        throw e;
      }
      statement.clearParameters(); // a block may be large
      return result;
    } catch (SQLException e) {
      throw translateException(task, sql, e);
    }
  }

  private static void forget(PreparedStatement failed, SQLException cause) {
    try {
      failed.clearParameters();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement statement = kept.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(text.apply(sql));
      kept.put(sql, statement);
    }
    return statement;
  }

  private static void bind(PreparedStatement statement, @Nullable Object @Nullable [] args)
      throws SQLException {
    if (args == null) {
      return;
    }
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case null -> statement.setNull(i + 1, Types.NULL);
        case String text -> statement.setString(i + 1, text);
        case Integer number -> statement.setInt(i + 1, number);
        case Long number -> statement.setLong(i + 1, number);
        case byte[] bytes -> statement.setBytes(i + 1, bytes);
        case Object other -> statement.setObject(i + 1, other);
      }
    }
  }
}
