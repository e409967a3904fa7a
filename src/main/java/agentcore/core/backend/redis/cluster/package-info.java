/**
 * The primaries of the store, and the way to the one that has a key. A single Redis is a store with
 * one primary: there is one code path.
 *
 * <pre>{@code
 * Router     commands and channels by their key; one thread follows changes
 *   |
 *   +-- TopologySource    asks where the hash slots are: OneNode, ClusterNodes or Sentinels
 *   +-- Primaries         for each slot its Primary; moves slots with the calls that wait
 *   +-- ChannelRouter     moves subscriptions to the primary that has their slot
 *            |
 *         Primary  =  CommandLink + PubSubLink + Health   (package link)
 * }</pre>
 *
 * <p>A key belongs to one of 16,384 hash slots (Redis Cluster specification), a slot to one
 * primary. What a cluster replies when a slot is elsewhere:
 *
 * <ul>
 *   <li>MOVED: the thread of the link, between two exchanges, gives the slot to the link of the
 *       other primary, with the calls that were refused and those that wait. Only then does the
 *       other link accept new calls of the slot. So the calls of one caller keep their order.
 *   <li>ASK, TRYAGAIN: the slot is on its way. Its calls wait and are sent again every 20 ms, until
 *       their callers give up. Nothing is sent to the other primary before it has the slot.
 *   <li>CLUSTERDOWN, READONLY, a lost connection: the calls fail, and the topology is asked for.
 *   <li>SUNSUBSCRIBE, pushed by the server: the slot of the channel has moved. The channel is
 *       subscribed where the slot is now, and counts as missed until that is confirmed.
 * </ul>
 *
 * <p>A fail-over that sentinels report is the same as a cluster whose slots all move.
 *
 * <p>If a primary is away, the calls of its slots fail after {@code Reply.TIMEOUT}; the others go
 * on. Read next: {@link agentcore.core.backend.redis.link}.
 */
package agentcore.core.backend.redis.cluster;
