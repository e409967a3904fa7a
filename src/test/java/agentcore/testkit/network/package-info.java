/** Proxies between a client and a server that inject faults or terminate TLS, and keys for TLS. */
package agentcore.testkit.network;
