/**
 * The library: {@link agentcore.core.AgentCore} puts a server together from its {@link
 * agentcore.core.Config}, a backend and consumers. It never imports the example or the command
 * line.
 *
 * <pre>{@code
 * transport -> consumer -> middleware -> connection -> backend
 *    |             \____________\____________\-------> serializer -> message
 *    v
 *   auth                          metrics: may be imported by all
 * }</pre>
 *
 * <p>An arrow says who may import whom; a test reads the imports. A message travels from left to
 * right until it is in the log, and its event comes back from the backend to {@code connection},
 * which offers it to every member: the left half is not asked again.
 *
 * <p>Here is the one place where parts are constructed. Nothing looks anything up, nothing is
 * static but constants and loggers, so that two servers in one process, as tests have them, share
 * nothing but what they were both given: a backend, perhaps.
 *
 * <p>{@link agentcore.core.Setting} describes each setting once: its default, what it may be and
 * what it means. The help is printed from it, config.properties is held to it by a test. {@code
 * Config.load} gives settings that are valid, or tells all that is wrong with them at once.
 *
 * <p>Threads: a server is built by one thread; from {@code start} on it is for all. It is closed
 * from the port inwards, so that nobody comes in while the rest ends; the port for those who look
 * after it stays to the last.
 *
 * <p>Read next: {@link agentcore.core.message}.
 */
package agentcore.core;
