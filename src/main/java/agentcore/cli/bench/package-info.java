/**
 * The load generator, {@code bin/agentcore bench}: connections, rooms and senders as asked for, and
 * what a server made of them.
 *
 * <pre>
 *   BenchCommand: Options -> Run -> Figures -> a table, or JSON
 *
 *   Run   Setup     connect, be welcomed; create the rooms; join them
 *           |
 *         Traffic   warm up | measure | wait for what is still on its way
 *           |
 *         Swarm     all sockets, on this one thread --frame--> Ear (Setup or Traffic)
 * </pre>
 *
 * <p>One thread does everything. It is to cost little beside the server that it measures: what it
 * sends was built and masked before, and only the digits in it change ({@link
 * agentcore.cli.bench.ChatText}); what it receives is searched for a mark, and not parsed.
 *
 * <p>It is to be believed, too. Every receiver checks for itself that nothing is lost, doubled or
 * out of order. A paced message carries the time at which it was due, not the one at which it was
 * sent: a server, or a generator, that falls behind makes the latencies grow instead of hiding.
 * What this thread itself used is printed, with a warning where it was the bottleneck.
 */
package agentcore.cli.bench;
