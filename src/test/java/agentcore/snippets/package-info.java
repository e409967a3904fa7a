/**
 * The examples in the library's documentation. Each is a region of a file here, so it is compiled,
 * and {@link agentcore.snippets.SnippetsTest} runs it.
 */
package agentcore.snippets;
