/** Who is let in and who is not, asked of a running server over real sockets. */
package agentcore.gate;
