/**
 * The library's front door: {@link agentcore.core.AgentCore} builds a server from a {@link
 * agentcore.core.Config}, a backend and consumers.
 *
 * <pre>{@code
 * transport -> dispatch -> middleware
 *     |            |
 *     |            +-----> connection, group -> backend
 *     v                        |        |
 *   http, socket <-------------+        +-----> serializer -> message
 * }</pre>
 *
 * <p>An arrow says which package imports which; a test reads the imports. A message travels to the
 * right until it is in the log. Its event comes back from the backend to the room's group, which
 * offers it to every member; no handler is involved any more.
 *
 * <p>The program that embeds a server takes part in it through {@link agentcore.core.ServerRoom}
 * and {@link agentcore.core.ServerUser}, on any thread.
 *
 * <p>{@code module-info} exports the packages that users of the library need: this one, {@code
 * auth}, {@code backend}, {@code consumer}, {@code http}, {@code message} and {@code middleware}.
 * All others are internal. The programs in src/dist/example are compiled and run against the
 * exported packages only.
 *
 * <p>{@code AgentCore} is what a program sees. {@code Lifecycle} starts and stops the server,
 * {@code Ports} opens its ports, {@code Endpoints} has the consumers with their middleware, and
 * {@code Monitoring} answers operators.
 *
 * <p>These are the only places where parts are constructed. Nothing is looked up, and nothing is
 * static except constants and loggers. So two servers in one process, as tests have them, share
 * only what both were given, for example a backend.
 *
 * <p>{@link agentcore.core.Setting} describes each setting once. {@code Config.load} returns valid
 * settings, or throws with all problems at once.
 *
 * <p>Threads: {@code AgentCore} says which ones may use a server. A server closes its port first,
 * so that nobody connects while the rest ends; the admin port closes last.
 *
 * <p>Read next: {@link agentcore.core.message}.
 */
package agentcore.core;
