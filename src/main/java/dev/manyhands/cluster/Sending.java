package dev.manyhands.cluster;

import dev.manyhands.job.NotBegun;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the chunks of a pool go out, each once. What one message met the next would meet too: then
/// the pool rests until the next heartbeat.
final class Sending {
  private static final Logger log = LoggerFactory.getLogger(Sending.class);

  private final String pool;
  private final BrokerPool.Shared shared;
  private final Flights flights;
  private final Runnable rest;
  private final Packing packing;

  /// @param rest has the pool rest
  Sending(String pool, BrokerPool.Shared shared, Flights flights, Runnable rest) {
    this.pool = pool;
    this.shared = shared;
    this.flights = flights;
    this.rest = rest;
    this.packing = new Packing(shared);
  }

  /// Returns at once: inputs are read, perhaps from disk, and the broker is waited for.
  void begin(InFlight flight) {
    Thread.ofVirtual().name("send-" + pool).start(() -> send(flight));
  }

  private void send(InFlight flight) {
    byte[] body;
    try {
      body = packing.pack(flight);
    } catch (NotBegun e) {
      flights.end(flight);
      return;
    } catch (RuntimeException | Error e) {
      log.error(
          "chunk {} of {} is not sent, and its tasks are free to run again",
          flight.chunk().id(),
          flight.chunk().call().job(),
          e);
      flights.end(flight);
      return;
    }
    if (body.length > packing.most()) {
      fail(flight, packing.tooLarge(body.length));
      return;
    }
    switch (shared.post().send(Names.pool(pool), body)) {
      case KEPT -> flight.queued(System.nanoTime());
      case REFUSED, UNSENT -> {
        rest.run();
        flights.withdraw(flight);
      }
      case UNKNOWN -> {
        rest.run();
        if (flight.chunk().call().once()) {
          flights.withdraw(flight);
        } else {
          flight.sent(System.nanoTime());
        }
      }
    }
  }

  private void fail(InFlight flight, TaskError error) {
    for (int[] run : flight.open()) {
      flight.tell(Failed.all(run[0], run[1], Outcome.FAILED, error, pool + "-none"));
    }
    flights.end(flight);
  }
}
