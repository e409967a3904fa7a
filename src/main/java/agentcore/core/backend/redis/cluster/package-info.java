/**
 * The primaries of the store. The package routes each key to its primary. A single Redis is a store
 * with one primary, so there is one code path.
 *
 * <pre>{@code
 * Router     commands by their key; one thread refreshes the slot map
 *   |
 *   +-- TopologySource    asks for the slot map: ClusterNodes, Sentinels; one node has all slots
 *   +-- Primaries         for each slot its Primary; moves slots with their waiting calls
 *            |
 *         Primary  =  CommandLink + PubSubLink + Health   (package link)
 * }</pre>
 *
 * <p>A key belongs to one of 16,384 hash slots (Redis Cluster specification), a slot to one
 * primary. How the package reacts when a slot is elsewhere or its primary fails:
 *
 * <ul>
 *   <li>MOVED: the thread of the link, between two exchanges, gives the slot to the link of the
 *       other primary, with its refused calls and its waiting calls. Only then does the other link
 *       accept new calls of the slot. So the calls of one caller keep their order.
 *   <li>ASK, TRYAGAIN: the slot is being moved. Its calls wait and are sent again every 20 ms,
 *       until their callers give up. Nothing is sent to the other primary before it has the slot.
 *   <li>CLUSTERDOWN, READONLY, a lost connection: the calls that were sent fail, and the topology
 *       is queried.
 *   <li>SUNSUBSCRIBE, pushed by the server: the slot of the channel has moved. The channel is
 *       subscribed at the slot's new primary, and reported as missed when that subscription is
 *       confirmed.
 * </ul>
 *
 * <p>A failover that sentinels report is handled like a cluster in which all slots move.
 *
 * <p>While a primary is unreachable, queued calls for its slots time out after {@code
 * Reply.TIMEOUT}. Calls for other primaries are unaffected.
 *
 * <p>Read next: {@link agentcore.core.backend.redis.link}.
 */
package agentcore.core.backend.redis.cluster;
