package dev.manyhands.cluster;

import dev.manyhands.job.Outcomes;
import java.util.Optional;

/// What an owner hears of the chunks of one pool that are out, and what it makes of it when it
/// hears nothing. A token is of no more than one pool.
final class News {
  private final BrokerPool.Shared shared;
  private final Flights flights;
  private final QueueLook look;

  News(String pool, BrokerPool.Shared shared, Flights flights) {
    this.shared = shared;
    this.flights = flights;
    this.look = new QueueLook(pool, shared);
  }

  /// Whether the chunk of this token is out.
  boolean isOut(String token) {
    return flights.of(token).isPresent();
  }

  /// A node wants to run a chunk that may run only once.
  ///
  /// @return who may; none if the token is of no chunk of this pool
  Optional<Grant> claimed(Claim claim) {
    return flights
        .of(claim.token())
        .flatMap(flight -> flight.claim(claim.by(), System.nanoTime()))
        .map(by -> new Grant(claim.token(), by));
  }

  /// A node has a chunk without its input, which it gets soon.
  ///
  /// @return false if the token is of no chunk of this pool
  boolean wanted(Want want) {
    InFlight flight = flights.of(want.token()).orElse(null);
    if (flight == null) {
      return false;
    }
    flight.held(System.nanoTime());
    Thread.ofVirtual().name("input").start(() -> shared.inputs().answer(want, flight::inputs));
    return true;
  }

  /// Something came to this node's queue.
  ///
  /// @return how many tasks were told; none if the token is of no chunk of this pool
  Optional<Integer> answered(OutcomeMessage message) {
    long now = System.nanoTime();
    if (message.kind() == OutcomeMessage.Kind.PASSED) {
      return passed(message.token(), now);
    }
    return flights.of(message.token()).map(flight -> answered(flight, message, now));
  }

  private int answered(InFlight flight, OutcomeMessage message, long now) {
    if (message.kind() == OutcomeMessage.Kind.UNREAD) {
      flights.withdraw(flight);
      return 0;
    }
    if (message.kind() == OutcomeMessage.Kind.RETURNED) {
      flight.returned(now);
      return 0;
    }
    flight.held(now);
    Outcomes outcomes = message.outcomes();
    int told = outcomes == null ? 0 : flight.tell(outcomes);
    if (outcomes == null || flight.open().isEmpty()) {
      flights.end(flight);
    }
    return told;
  }

  private Optional<Integer> passed(String token, long now) {
    Optional<Long> sent = look.passed(token);
    sent.ifPresent(sentNanos -> flights.all().forEach(one -> one.passed(sentNanos, now)));
    return sent.map(_ -> 0);
  }

  /// A node got the chunk that cannot read it.
  ///
  /// @return false if the token is of no chunk of this pool
  boolean unread(String token) {
    Optional<InFlight> flight = flights.of(token);
    flight.ifPresent(flights::withdraw);
    return flight.isPresent();
  }

  /// Outcomes of it have come that are lost here. Who is told that the chunk has ended would take
  /// them for those of tasks that never started.
  void spoiled(String token) {
    InFlight flight = flights.of(token).orElse(null);
    if (flight != null) {
      flight.held(System.nanoTime());
      lose(flight);
    }
  }

  /// Should it be somewhere all the same, nobody wants it any more.
  private void lose(InFlight flight) {
    shared.post().tellAll(new Cancel(flight.token(), Cancel.WHOLE).write());
    flights.lose(flight);
  }

  /// The broker gave the chunk up: it cost too many nodes, or a node refused it. A node may be
  /// running it all the same, which has lost the broker that often: it says so at its next
  /// heartbeat.
  void died(String token, boolean mayHaveRun) {
    InFlight flight = flights.of(token).orElse(null);
    if (flight != null && mayHaveRun) {
      flight.returned(System.nanoTime());
    } else if (flight != null) {
      flights.end(flight);
    }
  }

  /// A living node says what it has.
  void heard(Announcement said, long nowNanos) {
    for (String token : said.held()) {
      flights.of(token).ifPresent(flight -> flight.held(nowNanos));
    }
  }

  /// Nothing could be heard up to now.
  void waitAnew(long nowNanos) {
    flights.all().forEach(flight -> flight.waitAnew(nowNanos));
    look.giveUp();
  }

  /// Time has passed while there was a broker: gives up what nobody has, and repeats what may have
  /// been missed.
  void tick(long nowNanos) {
    // What a node has that cannot say so yet is not lost.
    boolean isWaiting =
        shared.nodes().isAnyMissing(shared.settings().patienceAfterLoss(), nowNanos);
    boolean isLookDue = false;
    for (InFlight flight : flights.all()) {
      if (!isWaiting && flight.isLost(shared.settings(), nowNanos)) {
        lose(flight);
      } else {
        isLookDue |= flight.isAwaited(shared.settings(), nowNanos);
        flight
            .cancels()
            .forEach(index -> shared.post().tellAll(new Cancel(flight.token(), index).write()));
      }
    }
    if (isLookDue) {
      look.begin(Flights.token(), nowNanos);
    }
  }
}
