package agentcore.core.transport;

import agentcore.core.dispatch.Dispatcher;

/**
 * Where WebSockets are served.
 *
 * @param pathPrefix the path before the user id, such as {@code /ws/}
 * @param dispatcher what is done there
 */
public record Endpoint(String pathPrefix, Dispatcher dispatcher) {}
