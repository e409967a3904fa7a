package agentcore.core.transport;

import java.time.Duration;

/**
 * What a peer may cost before and while it is connected.
 *
 * @param maxMessageBytes one message
 * @param maxHandshakes peers whose request is not complete
 * @param handshakeTimeout for a request to be complete
 * @param writeTimeout for a peer that is answered over HTTP to take a part of the answer
 * @param receiveTotalBytes unfinished messages of all peers together
 * @param drainTimeout for the connections to end when the server stops
 */
public record TransportLimits(
    int maxMessageBytes,
    int maxHandshakes,
    Duration handshakeTimeout,
    Duration writeTimeout,
    long receiveTotalBytes,
    Duration drainTimeout) {}
