/**
 * What one writes to build a server of one's own: a {@link agentcore.core.consumer.Consumer} lists
 * its {@link agentcore.core.consumer.Handler}s, and each gets a {@link
 * agentcore.core.consumer.Session}, which is all that a handler may do.
 *
 * <pre>
 *   text -> Dispatcher -> Serializer -> Pipeline -> Handler(Session, Message)
 *               |                                        |
 *               +<------- ClientException, defect -------+      -> error event
 * </pre>
 *
 * <p>Threads: a handler runs on the reader thread of its connection, so one connection's requests
 * are handled and answered in order.
 *
 * <p>Read next: {@link agentcore.core.transport}.
 */
package agentcore.core.consumer;
