/**
 * Numbers to watch a server by, in the text format of Prometheus.
 *
 * <pre>
 *   whoever does something ---> Counter, Counters, Histogram ---+
 *                                                               v
 *   whoever knows something ---> gauge (asked when read) ---> Metrics.text() ---> GET /metrics
 * </pre>
 *
 * <p>Each server has one {@link agentcore.core.metrics.Metrics}, handed down by constructors, so
 * that several servers in one process do not mix. Counting takes no lock and makes no object.
 *
 * <p>No label says which room or user: their number has no bound, and they are nobody's business.
 * Imports nothing but the JDK, and may be imported by all of core.
 */
package agentcore.core.metrics;
