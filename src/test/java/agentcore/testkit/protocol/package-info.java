/**
 * The protocol and the HTTP API as data for tests: their descriptions (AsyncAPI, OpenAPI), with the
 * validation of what a server sends, and the error codes.
 */
package agentcore.testkit.protocol;
