package agentcore.core.connection;

import agentcore.core.backend.Log;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import java.time.Clock;

/**
 * What all groups of a server share.
 *
 * @param healers read logs again
 * @param refreshers ask the endpoints what to tell after a loss; apart from the healers, since an
 *     endpoint's code may block
 */
record GroupContext(
    Log log,
    Serializer serializer,
    Clock clock,
    GroupListener listener,
    Metrics metrics,
    Workers healers,
    Workers refreshers) {}
