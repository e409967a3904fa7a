/** The metrics of a running server, read over HTTP. */
package agentcore.metrics;
