/**
 * Numbers to watch a server by, in the text format of Prometheus.
 *
 * <pre>{@code
 * whoever does something ---> Counter, Counters, Histogram ---+
 *                                                             v
 * whoever knows something ---> gauge (asked when read) ---> Metrics.text() ---> GET /metrics
 * }</pre>
 *
 * <p>Each server has one {@link agentcore.core.metrics.Metrics}, handed down by constructors, so
 * that several servers in one process do not mix. Counting takes no lock and makes no object.
 *
 * <p>No label says which room or user: their number has no bound, and they are nobody's business.
 * Imports nothing but the JDK, and may be imported by all of core.
 *
 * <p>Threads: all, at any time; what is read is not one moment's picture, and need not be.
 *
 * <p>Read next: {@link agentcore.example}, or src/docs/operations.md for what to make of each
 * number.
 */
package agentcore.core.metrics;
