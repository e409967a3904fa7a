/** Access control of a running server, over real sockets. */
package agentcore.gate;
