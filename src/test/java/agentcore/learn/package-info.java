/**
 * Tests of src/learn: the five small servers that lead to the product.
 *
 * <p>Maven compiles the steps together with the tests, so they are not in the program. {@link
 * agentcore.learn.LearnStep} starts a server of a step. {@link agentcore.learn.LearnTranscriptTest}
 * plays the product's transcripts against it, as far as the step claims them ({@link
 * agentcore.learn.Claim}). {@link agentcore.learn.LearnFaultsTest} shows the fault of each step,
 * and that the next one repairs it.
 */
package agentcore.learn;
