/**
 * The promise of PROTOCOL.md, section 4, under fire: within the history every member receives every
 * acknowledged message once, in one order, whatever fails; what lies beyond is told.
 *
 * <pre>
 *   TortureClient -+                +- FaultProxy -+
 *   TortureClient -+- ServerProcess +              +- RedisProcess
 *   TortureClient -+- ServerProcess +              |
 *                                   +- FaultProxy -+
 *          |                  ^
 *       History          FaultSchedule (a seed)
 *          |
 *    HistoryChecker -> Finding
 * </pre>
 *
 * <p>Clients write with ids, retry until they are acknowledged, come back wherever a server answers
 * and resume; what they were told is the {@link agentcore.torture.History}, and the {@link
 * agentcore.torture.HistoryChecker} proves of it what is promised. A schedule that was made from a
 * seed can be made again from it: the same faults at the same times, though not the same moments in
 * the life of a server.
 */
package agentcore.torture;
