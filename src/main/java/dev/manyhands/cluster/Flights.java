package dev.manyhands.cluster;

import dev.manyhands.job.Chunk;
import dev.manyhands.pool.ChunkSink;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The chunks of one pool that are out, by their token and by their number. Safe for use by several
/// threads.
final class Flights {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, InFlight> byToken = new ConcurrentHashMap<>();
  private final Map<Long, InFlight> byChunk = new ConcurrentHashMap<>();

  /// What nothing else is called, and nobody guesses.
  static String token() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /// A chunk is about to go out.
  InFlight begin(Chunk chunk, ChunkSink sink, String pool) {
    InFlight flight = new InFlight(chunk, sink, token(), pool, System.nanoTime());
    byToken.put(flight.token(), flight);
    byChunk.put(chunk.id(), flight);
    return flight;
  }

  int size() {
    return byToken.size();
  }

  List<InFlight> all() {
    return List.copyOf(byToken.values());
  }

  Optional<InFlight> of(String token) {
    return Optional.ofNullable(byToken.get(token));
  }

  Optional<InFlight> of(long chunk) {
    return Optional.ofNullable(byChunk.get(chunk));
  }

  /// It ends, unless a node has it.
  void withdraw(InFlight flight) {
    if (flight.withdraw()) {
      end(flight);
    }
    // Else the message has arrived after all.
  }

  void end(InFlight flight) {
    forget(flight);
    flight.end();
  }

  void lose(InFlight flight) {
    forget(flight);
    flight.lose();
  }

  private void forget(InFlight flight) {
    byToken.remove(flight.token());
    byChunk.remove(flight.chunk().id());
  }
}
