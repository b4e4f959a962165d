package dev.manyhands.webhook;

import dev.manyhands.job.Shown;
import dev.manyhands.job.Urls;
import dev.manyhands.outbound.Outbound;
import dev.manyhands.outbound.OutboundAnswer;
import dev.manyhands.outbound.OutboundFault;
import dev.manyhands.outbound.OutboundRequest;
import dev.manyhands.store.Delivery;
import dev.manyhands.store.Delivery.Attempt;
import dev.manyhands.store.Delivery.State;
import dev.manyhands.store.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Makes one attempt at one delivery, and stores what came of it.
final class Messenger {
  /// Of an answer's body nothing is read but what may be on its way already.
  private static final int MAX_ANSWER = 1024;

  private static final int GONE = 410;

  private final Outbox outbox;
  private final Outbound outbound;
  private final WebhookSettings settings;
  private final InstantSource clock;

  Messenger(Outbox outbox, Outbound outbound, WebhookSettings settings, InstantSource clock) {
    this.outbox = outbox;
    this.outbound = outbound;
    this.settings = settings;
    this.clock = clock;
  }

  private record Answer(@Nullable Integer status, @Nullable String error, State state) {}

  /// @return where it stands afterwards
  State attempt(Delivery delivery) {
    Instant at = clock.instant();
    long start = System.nanoTime();
    Answer answer = send(delivery, at);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (Thread.currentThread().isInterrupted()) {
      // The service ends: what came of it is not known, and it is made again after the next start.
      return State.PENDING;
    }
    int number = delivery.attempts().size() + 1;
    State state =
        answer.state == State.PENDING && number >= settings.attempts()
            ? State.FAILED
            : answer.state;
    Instant dueAt =
        state == State.PENDING ? clock.instant().plus(settings.waitAfter(number)) : null;
    return outbox.record(
        delivery, new Attempt(number, at, took, answer.status, answer.error), state, dueAt);
  }

  private Answer send(Delivery delivery, Instant now) {
    OutboundRequest request =
        new OutboundRequest(
            "POST",
            Urls.parse(delivery.webhook().url()),
            Signature.headers(delivery, now),
            delivery.body(),
            settings.timeout(),
            MAX_ANSWER);
    try {
      OutboundAnswer answer = outbound.send(request);
      return new Answer(answer.status(), null, state(answer.status()));
    } catch (OutboundFault fault) {
      State state =
          fault.kind() == OutboundFault.Kind.REFUSED_ADDRESS ? State.REFUSED : State.PENDING;
      return new Answer(null, Shown.of(String.valueOf(fault.getMessage())), state);
    }
  }

  /// A redirect is no delivery: it is not followed, since anyone could send it anywhere.
  private static State state(int status) {
    if (status >= 200 && status < 300) {
      return State.DELIVERED;
    }
    return status == GONE ? State.GONE : State.PENDING;
  }
}
