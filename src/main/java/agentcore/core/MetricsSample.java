package agentcore.core;

import java.time.Instant;

/**
 * What a server measured at one moment, to draw its recent past. {@code received}, {@code
 * delivered} and {@code errors} count from the start of the server; the delivery lag is that of the
 * time since the sample before.
 *
 * @param time by the wall clock
 * @param connections open connections
 * @param received messages from clients, and events that the program published or sent
 * @param delivered events that were offered to members of groups, one per member
 * @param errors errors that were sent to clients
 * @param queuedBytes bytes that wait to be sent or are being written
 * @param lagP50Micros the median of the delivery lag, estimated from a histogram; -1 if nothing was
 *     delivered
 * @param lagP99Micros its 99th percentile, likewise
 * @param isDelivering whether the store accepts writes and delivers what is published
 * @param partsAway the store's primaries that are away or refuse writes
 */
public record MetricsSample(
    Instant time,
    int connections,
    long received,
    long delivered,
    long errors,
    long queuedBytes,
    long lagP50Micros,
    long lagP99Micros,
    boolean isDelivering,
    int partsAway) {}
