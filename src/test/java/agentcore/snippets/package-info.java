/**
 * The examples in the documentation of the library: each is a region of a file here, so that it is
 * compiled, and {@link agentcore.snippets.SnippetsTest} runs it.
 */
package agentcore.snippets;
