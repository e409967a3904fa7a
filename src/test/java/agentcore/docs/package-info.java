/**
 * Nothing in README.md and src/docs is out of date: what the pages name is there, what they show is
 * run, and their figures are those of the source.
 *
 * <p>A block is one of these, or {@link agentcore.docs.BlocksTest} fails:
 *
 * <pre>
 *   ```chat                      a conversation, played by ProtocolPageTest
 *   ```java                      an excerpt, word for word, of a Java file that is compiled
 *   ```text                      a picture: nothing in it can be run
 *   &lt;!-- tested by X.y -->       before any other block: the test y of class X runs it
 * </pre>
 *
 * <p>Such a test asks for its block by itself ({@link agentcore.docs.Block#of}), so that it runs
 * what stands on the page. Commands are run in a {@link agentcore.docs.Shell}.
 */
package agentcore.docs;
