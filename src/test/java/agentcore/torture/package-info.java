/**
 * Tests the guarantee of PROTOCOL.md, section 4, under faults: within the history every member
 * receives every acknowledged message exactly once and in the same order; if messages are lost, the
 * member gets an explicit notice.
 *
 * <pre>
 *   TortureClient -+                +- FaultProxy -+
 *   TortureClient -+- ServerProcess +              +- RedisProcess
 *   TortureClient -+- ServerProcess +              |
 *                                   +- FaultProxy -+
 *          |                  ^
 *       History          FaultSchedule (from a seed)
 *          |
 *    HistoryChecker -> Finding
 * </pre>
 *
 * <p>Clients send messages with ids, retry until they are acknowledged, reconnect to any server and
 * resume. Programs do the same over the HTTP API ({@link agentcore.torture.ApiWriter}). Everything
 * they receive goes into a {@link agentcore.torture.history.History}, which the {@link
 * agentcore.torture.history.HistoryChecker} checks afterwards.
 *
 * <p>The clients also use the accounts of their users ({@link agentcore.torture.AccountDevice}):
 * they move read markers, ask for the user's rooms, and join and leave a room. A device that only
 * reads is away half of the time. The {@link agentcore.torture.history.AccountChecker} compares
 * what they are told with the messages that the clients received.
 *
 * <p>A seed reproduces the same faults at the same times, but not the same interleaving inside a
 * server.
 */
package agentcore.torture;
