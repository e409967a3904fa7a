/**
 * The library: {@link agentcore.core.AgentCore} puts a server together from its {@link
 * agentcore.core.Config}, a backend and consumers. It never imports the example or the command
 * line.
 *
 * <pre>
 *   transport -> consumer -> middleware -> connection -> backend
 *      |             \____________\____________\-------> serializer -> message
 *      v
 *     auth
 * </pre>
 *
 * <p>All of them may count what happens, with {@link agentcore.core.metrics}.
 */
package agentcore.core;
