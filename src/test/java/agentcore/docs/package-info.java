/**
 * Checks that README.md and src/docs are up to date: what the pages name exists, their examples are
 * run, and their figures match the source.
 *
 * <p>A code block must be one of these, or {@link agentcore.docs.BlocksTest} fails:
 *
 * <pre>
 *   ```chat                      a conversation, played by ProtocolPageTest
 *   ```java                      an exact excerpt from a Java file that is compiled
 *   ```text                      a diagram; nothing in it is run
 *   &lt;!-- tested by X.y -->       precedes any other block: the test y of class X runs it
 * </pre>
 *
 * <p>Such a test reads its block from the page ({@link agentcore.docs.Block#of}) and runs commands
 * in a {@link agentcore.docs.Shell}.
 */
package agentcore.docs;
