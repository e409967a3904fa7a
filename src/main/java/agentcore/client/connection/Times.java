package agentcore.client.connection;

import java.time.Duration;

/**
 * The times of a connection.
 *
 * @param firstBackOff the maximum first delay; doubles with each failure
 * @param laterBackOff the same after the server asked to come back later
 * @param maxBackOff the maximum delay
 * @param connect from the beginning of an attempt, including the token, until {@code welcome}
 * @param silence without a frame from the server, until the client sends a ping
 * @param answer until the answer to the ping
 */
public record Times(
    Duration firstBackOff,
    Duration laterBackOff,
    Duration maxBackOff,
    Duration connect,
    Duration silence,
    Duration answer) {
  public static final Times DEFAULT =
      new Times(
          Duration.ofMillis(500),
          Duration.ofSeconds(4),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(8));
}
