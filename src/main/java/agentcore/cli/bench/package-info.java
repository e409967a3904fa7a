/**
 * The load generator, {@code bin/agentcore bench}: it opens connections, sends messages, and
 * measures what the server delivers.
 *
 * <pre>
 *   BenchCommand   Options ---> Figures ---> Report: a table, or JSON
 *
 *     Setup        connect and wait for each welcome; create and join the rooms
 *     Traffic      warm up | measure | wait for the messages that are still in flight
 *       Sender, Receiver, Tally
 *     socket       all sockets, on one thread; passes each text to Setup or Traffic
 * </pre>
 *
 * <p>One thread does everything, because the generator should cost little beside the server that it
 * measures. Frames are built and masked once, and only the digits in them change ({@link
 * agentcore.cli.bench.ChatText}). Received frames are searched for a mark instead of being parsed.
 *
 * <p>The figures must be trustworthy. Every receiver checks for itself that no message is lost,
 * duplicated or out of order. A message that is sent at a rate carries the time at which it was
 * due, not the time at which it was sent, so a server or a generator that falls behind shows up as
 * latency. The report says how busy the generator's own thread was, and warns if it was the
 * bottleneck.
 *
 * <p>{@code make bench} compares servers with it: {@code src/test/java/agentcore/compare}. Read
 * next: {@link agentcore.cli.bench.socket}.
 */
package agentcore.cli.bench;
