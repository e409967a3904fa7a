/**
 * The protocol over real sockets, where a transcript cannot express it: limits at their edges,
 * order under concurrency, failures of the store, heartbeats, draining, TLS, and clients in other
 * languages. Everything else is a transcript: see {@link agentcore.protocol.transcript}.
 */
package agentcore.protocol;
