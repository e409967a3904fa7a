/** The numbers of /metrics: that they are well written, move, and are explained. */
package agentcore.metrics;
