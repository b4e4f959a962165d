package dev.manyhands.cluster;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How nodes work together, as `manyhands.cluster` sets it.
///
/// @param enabled whether chunks travel over RabbitMQ; where the broker is, `spring.rabbitmq` says
/// @param node what this node is called; empty: the host's name. A random part is added at each
///   start
/// @param heartbeat how often a node announces itself; it is gone when three are missed
/// @param lostAfter a chunk that no living node says it holds, and of which nothing was heard for
///   so long while the broker answered, is looked for, and handed out again if it is not in its
///   queue either
/// @param grace how long chunks may run on when a worker node stops; 0: not at all
/// @param deliveryLimit after so many nodes that could not even tell its owner of it the broker
///   gives a chunk up, and its tasks run one by one
/// @param maxMessage the most bytes of a message: of a larger chunk as many tasks go as fit, an
///   input that fits into none travels in pieces, and a task fails whose function is more
@Validated
@ConfigurationProperties("manyhands.cluster")
record ClusterSettings(
    @DefaultValue("false") boolean enabled,
    @DefaultValue("")
        @Pattern(
            regexp = "[A-Za-z0-9.-]{0,100}",
            message = "expected at most 100 letters, digits, '.' or '-', got: ${validatedValue}")
        String node,
    @DefaultValue("3s") @DurationMin(millis = 100) @DurationMax(minutes = 1) Duration heartbeat,
    @DefaultValue("30s") @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration lostAfter,
    @DefaultValue("10s") @DurationMin(seconds = 0) @DurationMax(hours = 1) Duration grace,
    @DefaultValue("5") @Min(1) @Max(1000) int deliveryLimit,
    @DefaultValue("15MB") DataSize maxMessage) {

  /// Bytes of one message of outcomes or inputs, of which an owner has many before it at once.
  private static final int MOST_OF_ONE = 1 << 20;

  /// The most bytes of values, or of inputs, in one message: what is more travels in pieces of it.
  int pieceBytes() {
    return (int) Math.min(MOST_OF_ONE, maxMessage.toBytes());
  }

  /// A node is gone when it was not heard of for so long.
  Duration patience() {
    return heartbeat.multipliedBy(3);
  }

  /// After a loss of the broker a node is gone when it was not heard of for so long: first it has
  /// to find the broker again.
  Duration patienceAfterLoss() {
    return lostAfter.plus(patience());
  }
}
